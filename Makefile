# The two commands most people need are `make run` and `make test`. Both set everything up first.
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
# Without a screen Qt draws into memory; with one it opens a window.
HEADLESS := $(shell [ "$$(uname)" = Linux ] && [ -z "$$DISPLAY$$WAYLAND_DISPLAY" ] && echo yes)
FILE ?=
SCREENSHOTS ?= screenshots

.PHONY: setup run test check soak bench bundle screenshots lock clean

setup: $(READY)

$(READY): requirements.txt pyproject.toml .ci/system-packages
	@sh .ci/system-packages
	@[ -n "$(PYTHON)" ] || { echo "Threshold needs Python 3.11 or newer. Install it, then run make again."; exit 1; }
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(READY)

run: setup
ifeq ($(HEADLESS),yes)
	@QT_QPA_PLATFORM=offscreen $(BIN)/threshold --screenshots "$(SCREENSHOTS)" $(if $(FILE),"$(FILE)",--demo)
	@echo "There is no screen here, so pictures of every page were written to: $(SCREENSHOTS)"
else
	@$(BIN)/threshold $(if $(FILE),"$(FILE)",--demo)
endif

test: setup
	$(BIN)/python -m pytest -n 2 --dist worksteal

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The long run: wide random input and many kills. SOAK is the number of examples a property is tried with.
SOAK ?= 1000
soak: setup
	THRESHOLD_ACTS=10000 $(BIN)/python -m pytest -n 0 -o faulthandler_timeout=0 tests/journeys/test_anything_at_random.py
	HYPOTHESIS_PROFILE=soak THRESHOLD_SOAK=$(SOAK) $(BIN)/python -m pytest -n 2 --dist worksteal tests/core tests/promises tests/damage

bench: setup
	$(BIN)/python -m benchmarks.bench $(ARGS)

bundle: setup
	$(BIN)/pyinstaller --noconfirm --clean --log-level WARN --distpath dist --workpath build build.spec
	@echo "The program is in dist/Threshold"

screenshots: setup
	@rm -f docs/screenshots/*.png
	@QT_QPA_PLATFORM=offscreen $(BIN)/threshold --screenshots docs/screenshots --few --demo

# Makes requirements.txt again from pyproject.toml: every platform, every hash, no address of an index.
lock:
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --universal --generate-hashes --no-header \
		--extra dev --extra bench -o requirements.txt pyproject.toml --quiet

clean:
	rm -rf $(VENV) build dist screenshots .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
