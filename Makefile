# Two commands do it all: `make demo` and `make test`. Both set up what they need.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: demo test lint bench-ocr clean

demo: $(VENV)/.installed
	@$(BIN)/zuozheng check corpora/samples/minjiang/evidence --declared corpora/samples/minjiang/declared.json --out demo-out; \
	status=$$?; [ $$status -le 1 ] || exit $$status; \
	echo "报告已生成：demo-out/report.html、demo-out/report.xlsx、demo-out/result.json"

test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -n 2 -q

lint: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q --disable-pip-version-check -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(BIN)/pip install -q --disable-pip-version-check -e '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) demo-out
