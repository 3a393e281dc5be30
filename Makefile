# Two commands do all set-up: `make demo` and `make test`.
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
UV := $(BIN)/uv
ARGS ?=

.PHONY: demo run test test-full check soak bench clean

# installed once, and again when the lock file changes
$(VENV)/.installed: pyproject.toml uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Standfirst needs Python 3.11 or newer; set PYTHON=…"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "python3-venv is missing: install it (Debian: apt-get install python3-venv)"; exit 1; }
	@test -x $(UV) || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(UV) sync --frozen --quiet --inexact --compile-bytecode
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	@$(UV) sync --frozen --quiet --inexact --compile-bytecode --group dev
	@touch $@

demo: $(VENV)/.installed ## the built-in newsstand, collected and served; no network, no login
	@$(BIN)/python -m compileall -q src/standfirst
	@$(BIN)/standfirst demo $(ARGS)

run: $(VENV)/.installed ## your own feeds, kept in ./data
	@$(BIN)/python -m compileall -q src/standfirst
	@$(BIN)/standfirst serve $(ARGS)

test: $(VENV)/.installed-dev check ## needs no service; at most 4 minutes
	$(BIN)/pytest -n 2 -m "not full" $(ARGS)

check: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test-full: $(VENV)/.installed-dev check ## adds PostgreSQL and Chromium; at most 25 minutes
	@$(UV) sync --frozen --quiet --inexact --compile-bytecode --group dev --group browser
	$(BIN)/pytest -n 2 $(ARGS)

soak: $(VENV)/.installed-dev ## full sweeps, by hand: about 20 minutes; figures go to docs/promises.md
	SOAK_KILLS=200 $(BIN)/pytest tests/journeys/test_kills.py
	HYPOTHESIS_PROFILE=searching $(BIN)/pytest -n 2 -m "not full" tests/collect tests/extract tests/store tests/test_text.py

bench: $(VENV)/.installed-dev ## figures of this machine, beside peers
	@$(UV) sync --frozen --quiet --inexact --compile-bytecode --group dev --group peers
	$(BIN)/python -m benchmarks $(ARGS)

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
