# Every target brings what it needs into .venv and .cache, and says in a line what it cannot bring.

SHELL := /bin/sh
BIN := .venv/bin
OUT ?= build/rehearsal
REHEARSE_FLAGS ?=
PYTEST_FLAGS ?=
PYTHON_FILES := src tests tools benchmarks
SHELL_FILES := .ci/run $(wildcard tools/*.sh)

.PHONY: help setup rehearse test test-all check format parts bench clean lock docs

help: ## what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: .venv/.runtime ## Hafen itself, into .venv

rehearse: setup ## the whole journey with InspireNow on this machine; ends with build/rehearsal/report.html
	@$(BIN)/hafen rehearse --source reference/inspirenow --out $(OUT) $(REHEARSE_FLAGS)

test: check ## lint, types, layers and the fast tests, in under 10 minutes
	@$(BIN)/python -m pytest -m "not slow" $(PYTEST_FLAGS)
	@$(MAKE) --no-print-directory -C reference/inspirenow test

test-all: check parts ## everything, also what needs a browser or other people's clients, in under 60 minutes
	@$(BIN)/python -m pytest $(PYTEST_FLAGS)
	@$(MAKE) --no-print-directory -C reference/inspirenow test

check: .venv/.dev ## format, lint, strict types, layers, shell, YAML
	@mkdir -p build
	@$(BIN)/ruff format --check --quiet $(PYTHON_FILES)
	@$(BIN)/ruff check --quiet $(PYTHON_FILES)
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-cache >build/layers.txt 2>&1 || { cat build/layers.txt; exit 1; }
	@$(BIN)/shellcheck $(SHELL_FILES)
	@$(BIN)/yamllint --strict .

format: .venv/.dev ## let ruff mend what it can
	@$(BIN)/ruff format --quiet $(PYTHON_FILES)
	@$(BIN)/ruff check --fix --quiet $(PYTHON_FILES)

docs: .venv/.dev ## make the generated pages anew
	@$(BIN)/python tools/docs.py

parts: .venv/.dev ## other people's clients for the slow tests, into .cache
	@tools/parts.sh

bench: .venv/.dev ## speed and memory, beside a peer where one is here
	@$(BIN)/python -m benchmarks

clean: ## remove what make made
	@rm -rf .venv build .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@$(MAKE) --no-print-directory -C reference/inspirenow clean

lock: ## pin the versions of today into requirements*.lock
	@tools/lock.sh

.venv/.runtime: requirements.lock pyproject.toml
	@tools/setup.sh requirements.lock $@

.venv/.dev: requirements-dev.lock .venv/.runtime
	@tools/setup.sh requirements-dev.lock $@
