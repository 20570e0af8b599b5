# Needs Python 3.11 or newer with its venv module, and make. Every target first makes the virtual
# environment it needs; pyproject.toml is what that depends on.

VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL = $(BIN)/python -m pip install -qq --disable-pip-version-check --no-input
NEW_ENOUGH := -c 'import sys; sys.exit(sys.version_info < (3, 11))'

# The first Python that is new enough; `make PYTHON=...` names another.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11 python; do \
    if $$python $(NEW_ENOUGH) 2>/dev/null; then echo $$python; break; fi; done)

.PHONY: help demo demo-gate test lint format check golden plans bench soak mutations fixtures-env clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' Makefile

demo: $(VENV)/.run  ## what a small plan opens and closes
	$(BIN)/tfreach diff fixtures/public-private/change/plan.json --config-dir fixtures/public-private/change

# The day is fixed, so that the waiver holds whenever this runs.
GATE = $(BIN)/python -m tfreach check $(DEMO)/$(1)/plan.json --config-dir $(DEMO)/$(1) --policy $(DEMO)/gate.yaml --today 2026-11-30
DEMO := fixtures/public-private

demo-gate: $(VENV)/.run  ## a plan that opens a database is stopped; waived, or mended, it passes
	$(call GATE,change); test $$? -eq 1
	@echo
	$(call GATE,change) --policy $(DEMO)/gate-waiver.yaml
	@echo
	$(call GATE,change) --exit-zero
	@echo
	$(call GATE,create)

test: $(VENV)/.dev  ## all tests
	$(BIN)/pytest

lint: $(VENV)/.dev  ## format, style, types, layers: checked, nothing is changed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: $(VENV)/.dev  ## format the code, and repair what ruff can repair
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

check: lint test  ## what CI runs

golden: $(VENV)/.dev  ## write the golden reports anew; read the diff before you commit it
	$(BIN)/pytest tests/test_golden.py tests/lint/test_lints.py --update-golden
	git --no-pager diff --stat fixtures

plans: $(VENV)/.fixtures  ## rebuild fixtures/*/*/plan.json and state.json; needs Terraform
	$(BIN)/python fixtures/build.py

bench: $(VENV)/.run  ## CPU time, as multiples of the start of Python, or of loading a plan
	$(BIN)/python benchmarks/run.py
	@echo
	$(BIN)/python benchmarks/size.py $(INTERFACES)
	@echo
	$(BIN)/python benchmarks/source.py
	$(BIN)/python benchmarks/show.py

SEED ?= $(shell date +%s)
soak: $(VENV)/.dev  ## 20,000 random networks: all sources at once against one pair after the other
	@echo "seed $(SEED)"
	TFREACH_EXAMPLES=60000 $(BIN)/pytest -q --hypothesis-seed=$(SEED) tests/engine/test_rows.py \
	    -k test_rows_are_what_the_survey_of_every_pair_says

mutations: $(VENV)/.dev  ## single edits of real networks: what the baseline and diff find of them
	$(BIN)/python -m tests.policy.mutations $(FIXTURE)

fixtures-env: $(VENV)/.fixtures  ## the mock AWS; with it, tests marked `terraform` run

clean:  ## remove what was built
	rm -rf $(VENV) build dist *.egg-info .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find benchmarks fixtures tests tfreach -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp for each set of packages. The larger sets hold the smaller one, so they stamp it too.
$(VENV)/.run: pyproject.toml
	@$(call make_venv)
	@$(PIP_INSTALL) --editable .
	@touch $(VENV)/.run

# Where Terraform is, the mock AWS comes along, so that the tests that run Terraform run too.
$(VENV)/.dev: pyproject.toml
	@$(call make_venv)
	@$(PIP_INSTALL) --editable '.[dev$(shell command -v terraform >/dev/null && echo ,fixtures)]'
	@touch $(VENV)/.run $(VENV)/.dev

$(VENV)/.fixtures: pyproject.toml
	@$(call make_venv)
	@$(PIP_INSTALL) --editable '.[fixtures]'
	@touch $(VENV)/.run $(VENV)/.fixtures

# Keeps a virtual environment that works, and replaces one that does not.
define make_venv
echo "installing into $(VENV) ..." >&2; \
if ! $(BIN)/python $(NEW_ENOUGH) 2>/dev/null || ! $(BIN)/python -c 'import pip' 2>/dev/null; then \
    test -n "$(PYTHON)" || { echo "error: no Python 3.11 or newer on the PATH; make PYTHON=/path/to/python names one" >&2; exit 1; }; \
    $(PYTHON) $(NEW_ENOUGH) 2>/dev/null || { echo "error: $(PYTHON) is not a Python 3.11 or newer" >&2; exit 1; }; \
    $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "error: $(PYTHON) has no venv or ensurepip; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }; \
    $(PYTHON) -m venv --clear $(VENV); \
fi
endef
