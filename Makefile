# The one front door: `make help` lists what it opens.
.DEFAULT_GOAL := help
SHELL := /bin/bash
BIN := .venv/bin
PYTHON_ROOMS := services simulators tests scripts benchmarks
ONLY ?=
SEED ?=
BOXES ?= 40
WORKERS ?= 3
EXAMPLES ?= 10
FOLDER ?= build/pictures
# Compiled modules are kept: a run starts hundreds of processes.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup lock generate fmt lint check bom test-quick test fuzz bench soak demo docs-pictures pictures clean

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' Makefile

setup: ## Make the virtual environment from the locked requirements (does nothing when they are unchanged)
	@bash scripts/setup.sh

lock: setup ## Resolve the dependencies anew and write the two lock files
	@$(BIN)/python -m scripts.lock

generate: setup ## Write the committed files that are made from the code (schemas, OpenAPI, settings page)
	@$(BIN)/python -m scripts.generate

fmt: setup ## Format the code and fix what can be fixed by itself
	@$(BIN)/ruff check --fix --quiet $(PYTHON_ROOMS) || true
	@$(BIN)/ruff format $(PYTHON_ROOMS)
	@$(BIN)/python -m scripts.browser fmt

lint: setup ## Style, formatting and types of Python and of the browser code; the import contracts
	$(BIN)/ruff check $(PYTHON_ROOMS)
	$(BIN)/ruff format --check $(PYTHON_ROOMS)
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m scripts.browser check

check: lint ## Everything that can be said without running the system
	$(BIN)/python -m scripts.check

bom: setup ## Write build/coldlane.cdx.json, the list of parts in CycloneDX, with licences and hashes
	@$(BIN)/python -m scripts.supply.bom

test-quick: setup ## Unit and contract tests: no services, under 10 s
	COLDLANE_TEST_QUICK=1 $(BIN)/pytest tests/unit tests/contract -q -m "not integration and not e2e"

test: setup ## Every test this machine can run, in WORKERS processes; installs missing Debian packages when it may
	@$(BIN)/python -m scripts.machine
	$(BIN)/pytest --numprocesses $(WORKERS) --dist worksteal

fuzz: setup ## Send made-up requests to the API in every role, EXAMPLES=10 of each kind for each route; some minutes
	COLDLANE_FUZZ=$(EXAMPLES) $(BIN)/pytest tests/integration/api/test_fuzzed.py --numprocesses $(WORKERS)

bench: setup ## Run the benchmarks and write build/bench.json (ONLY=ingest runs those whose id begins so)
	@$(BIN)/python -m scripts.machine mosquitto
	@$(BIN)/python -m benchmarks $(if $(ONLY),--only $(ONLY))

soak: setup ## A quarter of an hour of kills under a million readings; fails when one is lost or doubled (SEED=n repeats a run)
	@$(BIN)/python -m scripts.machine mosquitto
	@$(BIN)/python -m tests.soak $(if $(SEED),--seed $(SEED))

demo: setup ## The whole system on this machine with 40 simulated boxes (BOXES=n for another number)
	@$(BIN)/coldlane up --demo $(BOXES)

docs-pictures: setup ## Take the pictures of the pages that the documentation shows
	@$(BIN)/python -m scripts.machine chromium
	$(BIN)/python -m scripts.pictures

pictures: setup ## Take every page in every state, language and theme, to be looked at (FOLDER=build/pictures)
	@$(BIN)/python -m scripts.machine chromium
	$(BIN)/python -m scripts.pictures --all $(FOLDER)

clean: ## Remove what tools have built and cached; the virtual environment stays
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
