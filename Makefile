# Tongxin (同心). `make help` lists every target.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
ROOMS  := main.py bot handlers scheduler web models corps sandbox migrations tests benchmarks

.DEFAULT_GOAL := help
.PHONY: help setup run test test-long test-postgres check format mutants bench bench-peer lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F'\t' '{printf "  make %-14s %s\n", $$1, $$2}'

$(VENV)/.run: requirements/run.lock
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "正在安装同心需要的东西（只在第一次，约一分钟）/ installing what Tongxin needs (once, about a minute):"
	@$(BIN)/python requirements/install.py requirements/run.lock
	@touch $@

$(VENV)/.dev: requirements/dev.lock $(VENV)/.run
	@echo "正在安装检查需要的东西（只在第一次）/ installing what the checks need (once):"
	@$(BIN)/python requirements/install.py requirements/dev.lock
	@touch $@

setup: $(VENV)/.run ## build .venv with what the bot needs

run: $(VENV)/.run ## start Tongxin (with no BOT_TOKEN: the sandbox, with its address)
	@$(BIN)/python main.py

check: $(VENV)/.dev ## format, lint, types, layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: $(VENV)/.dev ## the checks and all tests
	@$(MAKE) --no-print-directory check
	@sh tests/browser/ensure_chromium.sh
	$(BIN)/pytest --cov --cov-report= -m 'not long and not browser and not doors'
	$(BIN)/python -m tests.reached
	$(BIN)/pytest -m '(browser or doors) and not long'

test-long: $(VENV)/.dev ## the failures that take minutes, on real processes
	$(BIN)/pytest -m long -n 2 --timeout 300

test-postgres: $(VENV)/.dev ## all tests on a PostgreSQL of their own (or the one in TEST_DATABASE_URL)
	$(BIN)/python -W ignore -m tests.postgres -n 2
	$(BIN)/python -W ignore -m tests.postgres -m long tests/processes/test_many.py -n 0

mutants: $(VENV)/.dev ## change the code in small ways and list what no test notices (13,000 changes: most of a day)
	nice $(BIN)/mutmut run --max-children 1
	$(BIN)/mutmut results

bench: $(VENV)/.dev ## run all benchmarks, one after the other (an hour and more; logs in data/benchmarks)
	@for name in taps answer start memory broadcast growth burst flood processes forecast plan records robots ways doors board pages; do \
	  echo "== $$name"; $(BIN)/python -W ignore -m benchmarks.$$name || exit 1; done

bench-peer: $(VENV)/.dev ## the pages beside the nearest peer, which gets an environment of its own (data/peer)
	@test -x data/peer/bin/django-admin || { python3 -m venv data/peer && data/peer/bin/pip install -q ephios==0.27.1 httpx; }
	@PYTHONPATH=. data/peer/bin/python -W ignore -m benchmarks.peer
	@$(BIN)/python -W ignore -m benchmarks.pages --rounds 150

format: $(VENV)/.dev ## rewrite the code in the house format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: ## pin requirements/*.in again (needs uv)
	cd requirements && for f in run dev; do uv pip compile --quiet --universal --python-version 3.11 \
	  --generate-hashes --no-strip-extras --no-emit-index-url --no-emit-find-links --no-header $$f.in -o $$f.lock; done

clean: ## remove .venv, caches and the sandbox's data
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .coverage* mutants data/sandbox* data/benchmarks
