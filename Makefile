# Two commands do it all: `make demo` and `make test`. Both set up what they need.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: demo test test-engines test-train lint fuzz bench bench-quality bench-engines bench-speed clean

demo: $(VENV)/.installed
	@$(BIN)/zuozheng check corpora/samples/minjiang/evidence --declared corpora/samples/minjiang/declared.json \
		--policy cn-2021-little-giant-batch3 --out demo-out; \
	status=$$?; [ $$status -le 1 ] || exit $$status; \
	echo "报告已生成：demo-out/report.html、demo-out/report.xlsx、demo-out/补正通知.docx、demo-out/初核表.docx"

test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder -q -m "not engines and not train" --durations=15

lint: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

# The reference engine has its own environment: it brings another build of OpenCV.
test-engines: $(VENV)-paddle/.installed
	$(VENV)-paddle/bin/python -m pytest -q -m engines tests/models/test_engines_agree.py

# Training has its own environment: torch is large, and nothing that runs needs it.
test-train: $(VENV)-train/.installed
	$(VENV)-train/bin/python -m pytest -q -m train tests/models

# The full benchmark: quality on fresh packages, both text engines on the same pages, then the speed of reading.
# It takes hours on two cores; nothing else should run beside it.
bench: bench-quality bench-engines bench-speed

SEED ?= $(shell date +%s)
bench-quality: $(VENV)/.installed
	$(BIN)/python -m eval.bench_quality --seed $(SEED) --packages 60 --out bench-out/$(SEED) --docs docs/evaluation.md

bench-engines: $(VENV)-paddle/.installed
	$(VENV)-paddle/bin/python -m eval.bench_engines

# Also against other readers: in the reference engine's environment, which has them all. Tesseract and OCRmyPDF are system commands.
bench-speed: $(VENV)-paddle/.installed
	@mkdir -p bench-out
	$(VENV)-paddle/bin/python -m eval.bench_speed pages --seed $(SEED) --json bench-out/speed-pages.json
	$(VENV)-paddle/bin/python -m eval.bench_speed package --seed $(SEED) --json bench-out/speed-package.json
	$(VENV)-paddle/bin/python -m eval.bench_speed digital --seed $(SEED) --json bench-out/speed-digital.json
	$(VENV)-paddle/bin/python -m eval.bench_speed workers --seed $(SEED) --json bench-out/speed-workers.json

# Every format and loader against inputs made from SEED; nothing may crash, hang or leave its folder (docs/fuzzing.md).
INPUTS ?= 20000
fuzz: $(VENV)/.installed
	$(BIN)/python -m eval.fuzz --inputs $(INPUTS) --seed $(SEED) --out bench-out/fuzz-$(SEED)

$(VENV)-paddle/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)-paddle
	$(VENV)-paddle/bin/pip install -q --disable-pip-version-check -e '.[paddle]' pytest
	@touch $@

$(VENV)-train/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)-train
	$(VENV)-train/bin/pip install -q --disable-pip-version-check -e '.[train]' pytest hypothesis
	@touch $@

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q --disable-pip-version-check -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(BIN)/pip install -q --disable-pip-version-check -e '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) $(VENV)-paddle $(VENV)-train demo-out bench-out
