# make run: a shop to talk to, at http://127.0.0.1:8080 (PORT=… to change). make test: all tests.
PYTHON ?= python3
PORT ?= 8080
BIN = .venv/bin
# To talk takes less than to test: make run is quick on a fresh machine.
LOCAL = .venv/.local
DEV = .venv/.dev
BENCH = .venv/.bench
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable

.PHONY: run test check chat models bench bench-search bench-faults chorus clean
.PHONY: build-SkillFunction build-WorkerFunction

run: $(LOCAL)
	@PORT=$(PORT) $(BIN)/sayso serve --unsigned

# As many at once as there are cores, eight at most; a file's tests mostly stay together and share its fixtures.
PYTEST = $(BIN)/pytest --numprocesses=auto --maxprocesses=8 --dist=worksteal -rs

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

# sam build calls these: the package for Lambda is the skill, its doors and what they need, nothing else.
build-SkillFunction build-WorkerFunction:
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --target "$(ARTIFACTS_DIR)" -r lambda/requirements.txt
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --target "$(ARTIFACTS_DIR)" --no-deps .
	mkdir -p "$(ARTIFACTS_DIR)/lambda"
	cp lambda/handler.py lambda/worker.py "$(ARTIFACTS_DIR)/lambda/"
	if [ -d catalogues ]; then cp -r catalogues "$(ARTIFACTS_DIR)/"; fi

clean:
	rm -rf .venv .sayso .tools .bench build *.egg-info
