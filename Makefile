# Each of these does its own set-up; the second time that takes no time.
#
#   make demo     score two built-in answerers, one right and one wrong, and a real small model; show the board
#   make test     the tests but for the long ones; other options for pytest in PYTEST_ARGS, as PYTEST_ARGS="-n auto"
#   make test-all the long ones too: more than twenty minutes
#   make check    ruff, mypy --strict, sizes, names, links, recorded help texts
#   make bench    how fast the command starts and how fast it scores
#   make lock     newest versions of everything into requirements-dev.lock
#   make docs     write the help texts into docs/cli.md
#   make clean    remove what these made; scored runs stay
#
# FUSEVAL_PYTHON names the interpreter to use where the newest is not wanted.

.DEFAULT_GOAL := help
PYTEST_ARGS ?= -m "not long"
.PHONY: help demo test test-all check bench lock docs clean setup setup-dev browser

BIN := .venv/bin
DEMO_RUNS := runs/demo
ROOMS := harness fusion training leaderboards
SCRIPTS := $(filter-out scripts/__pycache__,$(wildcard scripts/*))

# Any Python 3 can start the set-up, which then looks for one that fuseval can use.
STARTER := $(shell for name in python3 python3.13 python3.12 python3.11; do \
	if "$$name" -c "" 2>/dev/null; then echo "$$name"; break; fi; done)
NO_PYTHON = fuseval needs Python 3.11 or newer; on Debian or Ubuntu: apt-get install python3 python3-venv
BOOTSTRAP = @$(if $(STARTER),$(STARTER) scripts/bootstrap,echo "$(NO_PYTHON)" >&2; exit 3;)

help:
	@sed -n '/^#   make/s/^#   //p' Makefile

setup:
	$(BOOTSTRAP)

setup-dev:
	$(BOOTSTRAP) dev

# What the model needs may not be had for this machine; the self-checks are shown all the same.
demo:
	@$(if $(STARTER),$(STARTER) scripts/bootstrap gguf || $(STARTER) scripts/bootstrap,echo "$(NO_PYTHON)" >&2; exit 3)
	$(BIN)/fuseval score reference --bench humaneval --runs $(DEMO_RUNS)
	$(BIN)/fuseval score broken --bench humaneval --runs $(DEMO_RUNS)
	@echo "A real model of 135 million parameters on the CPU; it solves about 3 % of HumanEval."
	-$(BIN)/fuseval data fetch smollm2 && \
		$(BIN)/fuseval score smollm2 --bench humaneval --max-tokens 512 --runs $(DEMO_RUNS)
	$(BIN)/fuseval leaderboard --runs $(DEMO_RUNS)

# Where it takes no password; without a browser the tests that need one are skipped by name.
browser: setup-dev
	@$(BIN)/python scripts/install-chromium

test: setup-dev browser
	$(BIN)/python -m pytest $(PYTEST_ARGS)

test-all: setup-dev browser
	$(BIN)/python -m pytest

check: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --scripts-are-modules $(ROOMS) $(SCRIPTS)
	$(BIN)/python scripts/check_docs

bench: setup
	$(BIN)/python scripts/bench

lock: setup-dev
	$(BIN)/python scripts/lock

docs: setup-dev
	$(BIN)/python scripts/check_docs --write

clean:
	rm -rf .venv build dist $(DEMO_RUNS) .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find $(ROOMS) tests scripts -name __pycache__ -prune -exec rm -rf {} +
