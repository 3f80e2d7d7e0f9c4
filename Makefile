# Everything the project can do, one target each. A fresh machine needs Python 3.11 or newer, pip, make and git.
PYTHON ?= python3
SETUP = $(PYTHON) tools/setup.py
VENV = .venv/bin
# One worker a core. A file stays together: what its tests share is started once.
SHARED = -n 2 --dist loadfile --no-loadscope-reorder
# A test that hangs fails; these may take as long as they need.
LONG = --timeout 0

.PHONY: help setup demo walk stop test test-all conformance crash mutations lives newman kapso whatsapp-flows meta-endpoints bench lint types format frontend pictures migration clean fuzz faults java

help: ## List the targets
	@grep -hE '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

setup: ## Make .venv with the command .venv/bin/headrace, and build the front end
	@$(SETUP) serve frontend

demo: ## Set up, start the box in the background, walk one Flow end to end (KEEP=1 keeps the last demo's data)
	@$(SETUP) serve frontend
	@$(VENV)/python tools/demo.py start $(if $(KEEP),--keep) $(if $(PORT),--port $(PORT))

walk: ## Walk through a fresh demo in a real browser and a shell, and keep a picture of each step in .demo/walk
	@$(SETUP) serve dev frontend browser
	@$(VENV)/python tools/walk.py

stop: ## Stop the demo
	@$(PYTHON) tools/stop.py

test: ## Set up, then run the tests, the browser included; about seven minutes
	@$(SETUP) serve dev frontend browser
	@$(VENV)/python -m pytest $(SHARED) $(ARGS)

test-all: ## Everything: all tests of the server on SQLite and on PostgreSQL, and a webhook receiver that is away for a minute
	@$(SETUP) serve dev frontend browser
	@HEADRACE_AWAY_SECONDS=60 HEADRACE_TASKS=all HEADRACE_TEST_STORES=both HEADRACE_CRASHES=20 $(VENV)/python -m pytest $(SHARED) $(ARGS)

conformance: ## Run the tests of each section of the WhatsApp side's specification, and print section, result and tests
	@$(SETUP) serve dev frontend browser
	@$(VENV)/python tools/conformance.py $(ARGS)

faults: ## A week of random faults on the way to an endpoint, one exchange a minute, on a clock that runs ahead; about four minutes
	@$(SETUP) serve dev
	@HEADRACE_FAULTS=$(or $(EXCHANGES),10080) $(VENV)/python -m pytest -s -q tests/exchange/test_random_faults.py $(LONG) $(ARGS)

java: ## The doctor against an endpoint in Java with Java's mistakes; wants a JDK (apt-get install default-jdk-headless)
	@$(SETUP) serve dev
	@$(VENV)/python -m pytest tests/exchange/java_endpoint.py $(ARGS)

crash: ## Kill a server with -9 at 200 random moments, on SQLite and on PostgreSQL; about fifteen minutes
	@$(SETUP) serve dev frontend
	@HEADRACE_CRASHES=$(or $(CRASHES),200) $(VENV)/python -m pytest tests/journey/test_crashes.py $(LONG) $(ARGS)

.PHONY: tasks
tasks: ## The twenty tasks of docs/tasks.md in a browser, and forty edits of every kind, undone and redone; about a minute
	@$(SETUP) serve dev frontend browser
	@HEADRACE_TASKS=all $(VENV)/python -m pytest tests/journey/test_tasks.py $(LONG) $(ARGS)

mutations: ## Leave out, double, swap and replace every character, marks included, of every good Flow, and look what --fix makes of it; an hour or two
	@$(SETUP) serve dev
	@HEADRACE_MUTATIONS=$(or $(MUTATIONS),all) $(VENV)/python -m pytest -n 2 -rP tests/flowjson/fixing/test_mutations.py $(LONG) $(ARGS)

fuzz: ## Call every address of the Graph API on both stores, and endpoints, with hostile values: EXAMPLES=5000 each way; about ten minutes
	@$(SETUP) serve dev
	@HEADRACE_FUZZ=$(or $(EXAMPLES),5000) $(VENV)/python -m pytest -n 2 -rP tests/platform/graph/test_hostile_parameters.py tests/exchange/test_hostile_requests.py $(LONG) $(ARGS)

lives: ## Play whole lives of Flows with Hypothesis: LIVES=200 simulated months; about three minutes
	@$(SETUP) serve dev
	@HEADRACE_LIVES=$(or $(LIVES),200) $(VENV)/python -m pytest tests/platform/flows/test_life.py tests/platform/health/test_lives_of_endpoints.py $(LONG) $(ARGS)

newman: ## Run a Postman collection of Meta's against a fresh box, with newman from npm: make newman COLLECTION=path
	@$(SETUP) serve dev
	@$(VENV)/python tools/newman.py "$(COLLECTION)"

kapso: ## Call the whole of Kapso's TypeScript client, from npm, against a fresh box
	@$(SETUP) serve dev
	@$(VENV)/python tools/kapso.py

meta-endpoints: ## Examine Meta's sample endpoints in Node, unmodified: make meta-endpoints FOLDER=path of a clone of WhatsApp-Flows-Tools
	@$(SETUP) serve dev
	@$(VENV)/python tools/meta_endpoints.py "$(FOLDER)"

whatsapp-flows: ## Make every call of whatsapp-flows, from PyPI, to a fresh box
	@$(SETUP) serve dev
	@$(VENV)/python tools/flows_manager.py

bench: ## Measure what is promised about speed, and compare with the limits (docs/benchmarks.md)
	@$(SETUP) serve dev frontend browser
	@$(VENV)/python -m benchmarks $(ARGS)

lint: ## Style, types and floors
	@$(SETUP) serve dev
	@$(VENV)/ruff check .
	@$(VENV)/ruff format --check .
	@$(VENV)/mypy
	@$(VENV)/lint-imports

types: ## Only mypy
	@$(VENV)/mypy

format: ## Put the sources in order
	@$(VENV)/ruff check --fix .
	@$(VENV)/ruff format .

frontend: ## Build the front end anew
	@$(SETUP) frontend

pictures: ## Take the README's pictures from the running demo
	@$(SETUP) serve dev frontend browser
	@$(VENV)/python tools/pictures.py

migration: ## Write a migration of one side: make migration SIDE=platform MESSAGE="Add templates"
	@$(VENV)/python tools/migration.py "$(SIDE)" "$(MESSAGE)"

clean: ## Remove what was built (not the demo's data)
	@rm -rf .venv .cache frontend/node_modules src/headrace/ui/static/build
