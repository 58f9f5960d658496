# PocketRAG. Two commands: `make run` to try it, `make test` to check it. `make help` lists the rest.

VENV     := .venv
BIN      := $(VENV)/bin
LIBRARY  := .sample-library
POCKETRAG := $(BIN)/pocketrag --library $(LIBRARY)

# The first of these that is new enough; say `make PYTHON=…` to choose another.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)

# PyTorch's Linux builds on PyPI bring gigabytes of CUDA; its own index has builds for the processor.
TORCH_INDEX := https://download.pytorch.org/whl/cpu

.PHONY: help run test check install install-dev samples screenshots eval clean \
	proofs proof-corpus proof-golden proof-places proof-speed faults fuzz
.DEFAULT_GOAL := help

help:
	@echo "make run         try it: install, index sample_docs/, open the app (answer three questions if there is no terminal)"
	@echo "make test        everything that must pass: lint, types, import contracts, tests"
	@echo "make check       the same without the tests"
	@echo "make install     only install, into $(VENV)/"
	@echo "make samples     draw the binary sample documents anew"
	@echo "make screenshots export the app's screenshots into assets/"
	@echo "make eval        ask the questions of sample_docs/ and score the answers"
	@echo "make proofs      the slow proofs of reading and of the index; EVAL=DIR says where the public documents lie"
	@echo "make fuzz        an hour of coverage-guided fuzzing of the readers"
	@echo "make clean       remove the environment and the sample library"

# ── use ──────────────────────────────────────────────────────────────────────

run: $(VENV)/.installed
	@if [ ! -d $(LIBRARY) ]; then \
		echo "Indexing sample_docs/ into $(LIBRARY)/ (once, about a minute: the embedding model is prepared for this computer too)…"; \
		$(POCKETRAG) add sample_docs > /dev/null && $(POCKETRAG) index || { $(POCKETRAG) engine stop > /dev/null 2>&1; rm -rf $(LIBRARY); exit 1; }; \
	fi
	@if [ -t 0 ] && [ -t 1 ]; then exec $(POCKETRAG) app --examples assets/first_questions.jsonl; else \
		echo "No terminal here, so no app: asking three questions instead (loading the models takes some seconds)…"; \
		$(POCKETRAG) ask --questions assets/first_questions.jsonl; \
	fi

# ── check ────────────────────────────────────────────────────────────────────

# Processes that run tests side by side, each a file at a time; what is slow comes first, as it stands.
TESTS_AT_ONCE ?= 2

test: check
	$(BIN)/pytest -n $(TESTS_AT_ONCE) --dist loadfile --no-loadscope-reorder

check: $(VENV)/.installed-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

# ── install ──────────────────────────────────────────────────────────────────

install: $(VENV)/.installed
install-dev: $(VENV)/.installed-dev

$(VENV)/.installed: pyproject.toml constraints.txt | $(VENV)
	@$(INSTALL) -e .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml constraints.txt | $(VENV)
	@$(INSTALL) -e '.[dev]'
	@touch $@ $(VENV)/.installed

$(VENV):
	@[ -n "$(PYTHON)" ] || { echo "Error: no Python 3.11 or newer was found. Install one, or say: make PYTHON=/path/to/python"; exit 1; }
	@command -v c++ >/dev/null || command -v g++ >/dev/null || command -v clang++ >/dev/null || \
		{ echo "Error: no C++ compiler was found; llama.cpp needs one. Debian, Ubuntu: apt install g++ · macOS: xcode-select --install"; exit 1; }
	@echo "Making a virtual environment in $(VENV)/ with $$($(PYTHON) --version)…"
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "Error: no virtual environment could be made. Debian, Ubuntu: apt install python3-venv"; exit 1; }

define INSTALL
echo "Installing PocketRAG and its libraries (about 2 GB on disk, models included)."; \
echo "The first time this takes some minutes: llama.cpp is compiled for this computer (about 5 minutes on two cores)."; \
extra=""; \
if [ "$$(uname -s)" = Linux ] && $(BIN)/python tools/probe.py $(TORCH_INDEX)/torch/; then \
	echo "Using PyTorch's own index, for its build without CUDA."; extra="--extra-index-url $(TORCH_INDEX)"; \
fi; \
$(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt $$extra
endef

# ── make things ──────────────────────────────────────────────────────────────

samples: $(VENV)/.installed-dev
	$(BIN)/python tools/make_sample_docs.py

screenshots: $(VENV)/.installed-dev
	$(BIN)/python tools/make_screenshots.py

eval: $(VENV)/.installed
	$(BIN)/pocketrag eval sample_docs/questions.jsonl --files sample_docs

# ── prove: slow, and with public documents that are not part of the project ──

EVAL ?= ../shared/eval

proofs: proof-corpus proof-golden proof-places proof-speed faults

proof-corpus proof-golden proof-places: proof-%: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.reading.$* $(EVAL)

proof-speed: $(VENV)/.installed-dev
	$(BIN)/python benchmarks/reading_speed.py $(EVAL)

faults: $(VENV)/.installed-dev
	POCKETRAG_KILLS=300 POCKETRAG_EXAMPLES=300 POCKETRAG_CROWD_SECONDS=300 $(BIN)/pytest --timeout 1800 tests/faults

fuzz: $(VENV)/.installed-dev
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[fuzz]'
	$(BIN)/python -m benchmarks.reading.fuzz --minutes 60

clean:
	@if [ -x $(BIN)/pocketrag ] && [ -d $(LIBRARY) ]; then $(POCKETRAG) engine stop > /dev/null 2>&1 || true; fi
	rm -rf $(VENV) $(LIBRARY) build dist
