# `make report` analyses the seed articles, `make test` runs every check. Both set up .venv first, once.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# A virtual environment holds its own path: a checkout that was moved or copied is set up anew.
READY  := $(VENV)/.ready-$(shell printf %s "$(CURDIR)" | cksum | cut -d' ' -f1)

.DEFAULT_GOAL := report
.PHONY: report test constraints clean

report: $(READY)
	$(BIN)/analyzer run seeds --out reports/seeds

test: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest

$(READY): pyproject.toml constraints.txt | check-python
	test -e $(READY) || $(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $(READY)

.PHONY: check-python
check-python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; name one: make PYTHON=/path/to/python3.11" >&2; exit 1; }

# After a dependency has changed: install the newest versions afresh and pin them.
constraints:
	rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	grep '^torch==' constraints.txt > $(VENV)/torch.txt
	$(BIN)/python -m pip install --quiet --constraint $(VENV)/torch.txt --editable '.[dev]'
	{ grep '^#' constraints.txt; $(BIN)/python -m pip freeze --exclude-editable | sed -e 's/+.*//' \
	  | tr 'A-Z_' 'a-z-' | LC_ALL=C sort; } > $(VENV)/constraints.txt
	mv $(VENV)/constraints.txt constraints.txt

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
