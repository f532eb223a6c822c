# The verbs of this house. Each works from any folder: make -C path/to/reconciler demo
ROOT := $(patsubst %/,%,$(dir $(abspath $(lastword $(MAKEFILE_LIST)))))
PYTHON ?= python3
BIN := $(ROOT)/.venv/bin

.PHONY: demo portal test soak lint bench peers screenshots schemas lock sbom clean

demo: $(ROOT)/.venv/ready  ## the whole job on the worked example, on real parts
	@$(BIN)/reconciler demo

# Compiled first: a hundred processes of the tests would each do it, where Python is told to write no bytecode. What
# pytest makes of the tests is kept for the next time, whatever Python is told: each worker spends twenty seconds on it.
test: $(ROOT)/.venv/ready  ## every test
	@cd $(ROOT) && $(BIN)/python -m compileall -q reconciler \
		&& PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 2

soak: $(ROOT)/.venv/ready  ## fuzz tests, made-up histories and turmoil, thousands of steps instead of a few: hours
	@cd $(ROOT) && HYPOTHESIS_PROFILE=soak $(BIN)/python -m pytest -n 2 tests/specs tests/engine/test_histories.py \
		tests/controller/test_turmoil.py

lint: $(ROOT)/.venv/ready  ## format, lint, types, layers
	@cd $(ROOT) && $(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy && $(BIN)/lint-imports

bench: $(ROOT)/.venv/ready  ## ratios measured in one run
	@cd $(ROOT) && $(BIN)/python benchmarks/startup.py && $(BIN)/python benchmarks/reading.py && $(BIN)/python benchmarks/mapping.py \
		&& $(BIN)/python benchmarks/exporting.py && $(BIN)/python benchmarks/ledger.py && $(BIN)/python benchmarks/selecting.py 200000 \
		&& $(BIN)/python benchmarks/first_export.py 10000 && $(BIN)/python benchmarks/counting.py && $(BIN)/python benchmarks/reporting.py \
		&& $(BIN)/python benchmarks/portal.py

peers: $(ROOT)/.venv/ready  ## the same records through other programs, in an environment of their own
	@cd $(ROOT) && $(BIN)/python benchmarks/peers.py

screenshots: $(ROOT)/.venv/ready  ## build/screenshots: every page of the portal, on a desk and a phone, light and dark
	@cd $(ROOT) && $(BIN)/python tests/screenshots.py

schemas: $(ROOT)/.venv/ready  ## write schemas/*.schema.json from the models
	@cd $(ROOT) && $(BIN)/reconciler schema write schemas

lock: $(ROOT)/.venv/ready  ## resolve requirements.lock anew
	@cd $(ROOT) && sh scripts/lock.sh $(BIN)/uv

sbom: $(ROOT)/.venv/ready  ## dist/sbom.cdx.json: what the image holds, in CycloneDX
	@cd $(ROOT) && mkdir -p dist && $(BIN)/python scripts/sbom.py dist/sbom.cdx.json

portal: $(ROOT)/.venv/ready  ## the web pages on the worked example, after a week of it, until Ctrl-C
	@$(BIN)/reconciler demo --portal

clean:
	@rm -rf $(ROOT)/.venv

# One virtual environment, made from the lock; made anew when the lock or the metadata changes.
$(ROOT)/.venv/ready: $(ROOT)/requirements.lock $(ROOT)/pyproject.toml $(ROOT)/scripts/environment.sh \
		$(ROOT)/scripts/helm.lock $(ROOT)/image/runtime.lock
	@sh $(ROOT)/scripts/environment.sh $(PYTHON) $(ROOT)
