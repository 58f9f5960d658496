"""Models: the embedder and the language model, and where their files are."""

import os

os.environ.setdefault("GOMP_SPINCOUNT", "10000")
# OpenMP reads it when llama.cpp is loaded, which any module here may do first: how often a thread looks for
# the others before it lets go of its core. By default that takes milliseconds, in which nobody else can use
# it: on busy cores prompts were read half as fast. On quiet ones it makes no difference.
