"""Models: the embedder and the language model, and where their files are."""
