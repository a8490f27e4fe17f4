# Two words do all the set-up on a fresh machine: `make demo` and `make test`.
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
BROWSERS := chromium chromium-browser google-chrome

.PHONY: demo test test-all browser check format bench clean

$(STAMP): pyproject.toml constraints.txt
	python3 -m venv $(VENV)
	$(BIN)/pip install -q --disable-pip-version-check -c constraints.txt -e ".[dev]"
	$(BIN)/python -c "import torch; print('torch', torch.__version__)"
	touch $@

demo: $(STAMP)
	$(BIN)/visionaryvids demo --out runs/demo

test: $(STAMP) check browser
	$(BIN)/python -m pytest -n 2 -m "not slow"

test-all: $(STAMP) check browser
	HYPOTHESIS_PROFILE=explore $(BIN)/python -m pytest -n 2

# For the tests that open a page: any Chromium that is there, else Debian's where we may install it, else they skip.
browser:
	@[ -n "$$(which $(BROWSERS) 2> /dev/null)" ] \
	|| { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq chromium > /dev/null; } \
	|| echo "no Chromium here and none installed: the tests that open a page in a browser are skipped"

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/ty check
	$(BIN)/lint-imports

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(STAMP)
	$(BIN)/python -m benchmarks.run_all

clean:
	rm -rf $(VENV) runs .pytest_cache .ruff_cache .hypothesis
