# make run: a shop to talk to, at http://127.0.0.1:8080 (PORT=… to change). make test: all tests.
PYTHON ?= python3
PORT ?= 8080
BIN = .venv/bin
# To talk takes less than to test: make run is quick on a fresh machine.
LOCAL = .venv/.local
DEV = .venv/.dev
BENCH = .venv/.bench
# Nothing is compiled beforehand, since most of it is never imported; Python does it as it goes.
INSTALL = pip install --quiet --disable-pip-version-check --no-compile
PIP = $(BIN)/python -m $(INSTALL) --editable
SAM = .tools/sam/bin/sam

# Where nothing compiled may be kept, each of the many processes of a run compiles all it imports anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test check chat models docs screenshots bench bench-search bench-faults chorus package python313 sam clean
.PHONY: build-SkillFunction build-WorkerFunction

run: $(LOCAL)
	@PORT=$(PORT) $(BIN)/sayso serve --unsigned

# Three at once for two cores, since they wait for servers and disks half of the time, and eight at most; a file's
# tests mostly stay together and share its fixtures.
WORKERS = $(shell $(PYTHON) -c 'import os; print(min(8, (3 * (os.cpu_count() or 1) + 1) // 2))')
PYTEST = $(BIN)/pytest --numprocesses=$(WORKERS) --dist=worksteal -rs

test: $(DEV)
	@$(PYTEST)

# The gate: formatting, lint, types, template and tests. CI runs it and the checks in ../shared besides.
check: $(DEV)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/cfn-lint template.yaml
	$(PYTEST)

chat: $(LOCAL)
	@$(BIN)/sayso chat

models: $(LOCAL)
	@$(BIN)/sayso models

bench: $(DEV)
	@$(BIN)/python -m tests.bench

# The documentation: what is made of the code, and the site in build/site, to be read from files.
docs: $(DEV)
	@$(BIN)/python -m tests.docs
	@$(BIN)/python -m tests.docs.site

# The pictures in the documentation, taken anew in a real browser.
screenshots: $(DEV)
	@$(BIN)/python -m tests.docs.screens

# How good search is, and what it costs up to a million products (docs/search-benchmarks.md).
bench-search: $(BENCH)
	@$(BIN)/python -m tests.bench.search

# Orders while stores, the payment provider and the merchant fail (docs/benchmarks.md). All of it takes hours;
# make bench-faults FAULTS="checkouts --checkouts 300 --store sqlite" a minute.
bench-faults: $(DEV)
	@$(BIN)/python -m tests.bench.faults $(FAULTS)

# The 19,406 real products of Chorus/Icecat, as a shop of their own: make chorus, then the same with run.
chorus: $(DEV)
	@$(BIN)/python -m tests.bench.chorus_feed .sayso/chorus.tsv
	@SAYSO_STORE=sqlite:.sayso/chorus.db $(BIN)/sayso catalogue import .sayso/chorus.tsv --shop tests/bench/chorus_shop.toml
	@echo "Talk to it:  SAYSO_STORE=sqlite:.sayso/chorus.db $(BIN)/sayso chat"

$(LOCAL): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name one with PYTHON=…")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing what the shop needs into .venv (once) …"
	@$(PIP) .
	@touch $@

$(DEV): $(LOCAL)
	@echo "Installing what the tests need into .venv (once) …"
	@$(PIP) '.[dev]'
	@touch $@

$(BENCH): $(LOCAL)
	@echo "Installing what search is measured against into .venv (once) …"
	@$(PIP) '.[bench]'
	@touch $@

# The package for AWS Lambda, as a folder and as a zip file (lambda/package.py); ARCHITECTURE=arm64 for Graviton.
# Python 3.13 makes it, whose bytecode the function runs: looked for by its name, with pyenv and with uv.
ARCHITECTURE ?= x86_64
PYTHON313 ?= $(shell for each in python3.13 "$$(pyenv prefix 3.13 2>/dev/null)/bin/python3.13" \
  "$$(uv python find 3.13 2>/dev/null)"; do \
  "$$each" -c 'import sys; print(sys.executable)' 2>/dev/null && break; done)
PACKAGE = build/package
ZIP = build/sayso-lambda.zip
PACKED = $(shell find skill lambda $(wildcard catalogues) ! -name __pycache__ ! -name '*.pyc')

package: $(ZIP)

$(ZIP): $(PACKED) build/.$(ARCHITECTURE)
	@test -n "$(PYTHON313)" || { echo "Python 3.13, which the Lambda function runs on, is not to be found here." >&2; \
	  echo "Install it (pyenv install 3.13, uv python install 3.13) or name it: make package PYTHON313=…" >&2; exit 1; }
	@"$(PYTHON313)" lambda/package.py $(PACKAGE) $@ --machine $(ARCHITECTURE)

# Where that Python is, for who starts the package; nothing where there is none.
python313:
	@echo "$(PYTHON313)"

# AWS SAM in an environment of its own, as it pins botocore: what deploys, and what the tests look through.
sam: $(SAM)

$(SAM):
	@echo "Installing AWS SAM into .tools/sam (once) …"
	@$(PYTHON) -m venv .tools/sam
	@.tools/sam/bin/python -m $(INSTALL) 'aws-sam-cli>=1.150'

build/.$(ARCHITECTURE):
	@mkdir -p build && rm -f build/.x86_64 build/.arm64 && touch $@

# sam build calls these: both functions are the one package.
build-SkillFunction build-WorkerFunction: package
	@cp -R $(PACKAGE)/. "$(ARTIFACTS_DIR)"

clean:
	rm -rf .venv .sayso .tools .bench build *.egg-info
