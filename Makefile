# Two commands do all the set-up: `make demo` and `make test`. Both need Python 3.11 or later,
# make and a package registry; nothing else.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
# Real data is found by this variable; tests that need it are skipped where the folder is missing.
export POLKU_REAL_DATA ?= $(abspath ../shared/data)

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

# The virtual environment, from the lock file alone; remade when the lock changes.
.venv/runtime: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Polku needs Python 3.11 or later; $(PYTHON) is $$($(PYTHON) --version 2>&1). Try: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@echo "Setting up .venv (once; about a minute) …"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/development: .venv/runtime requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

.PHONY: demo test check bench soak generate lock clean
demo: .venv/runtime ## sample graph, API and docs on http://127.0.0.1:8000
	@$(BIN)/polku demo

test: .venv/development ## all tests but the soak; with real data where it is found
	@$(BIN)/python -m pytest -m "not soak"

check: .venv/development ## style, types, floors, drift of generated files
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@PYTHONUTF8=1 $(BIN)/lint-imports --no-logo
	@$(BIN)/python -m ontology.generate_terms --check
	@$(BIN)/python -m ontology.pages --check
	@$(BIN)/python -m app.settings --check
	@echo "Checks passed."

soak: .venv/development ## the long suites, whole
	@POLKU_KILL_ROUNDS=200 $(BIN)/python -m pytest -m "soak or kill" --timeout 3600

bench: .venv/development ## the benchmarks; writes docs/benchmarks.md
	@$(BIN)/python -m benchmarks

generate: .venv/development ## everything that is generated: terms, pages, tables
	@$(BIN)/python -m ontology.generate_terms
	@$(BIN)/python -m ontology.pages
	@$(BIN)/python -m app.settings

lock: ## requirements*.lock anew from pyproject.toml (needs uv)
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --group build pyproject.toml -o requirements.lock
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --group build --group dev -c requirements.lock pyproject.toml -o requirements-dev.lock

clean: ## remove what was built here, data folders excepted
	@rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
