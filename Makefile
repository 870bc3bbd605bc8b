# Two commands do everything, set-up included:
#   make demo   train a network, submit it, play a tournament, write the report
#   make test   the whole test suite: style, types, tests
# Another Python: make demo PYTHON=python3.12. The demo's options: make demo DEMO="--seconds 120".

PYTHON ?= $(shell for python in python3.13 python3.12 python3.11 python3 python; do \
	$$python -c 'import sys, venv; raise SystemExit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null \
	&& { echo $$python; break; }; done)
BIN := .venv/bin

.PHONY: demo test check-python clean
.DELETE_ON_ERROR:

demo: .venv/installed
	$(BIN)/golois demo $(DEMO)

test: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest --numprocesses 2 --dist loadfile $(TESTS)

.venv/installed: pyproject.toml | check-python
	@echo "Installing Golois and what it needs into .venv: some 700 MB to fetch, a few minutes, once."
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --disable-pip-version-check --editable .
	touch $@

.venv/installed-dev: .venv/installed
	$(BIN)/python -m pip install --disable-pip-version-check --editable '.[dev]'
	touch $@

check-python:
	@test -n "$(PYTHON)" || { echo "Golois needs Python 3.11, 3.12 or 3.13 with the venv module" \
	"(Debian and Ubuntu: apt install python3 python3-venv). Another path: make PYTHON=/path/to/python"; exit 1; }

clean:
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache
