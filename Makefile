# Two verbs do everything on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3.11
BIN := .venv/bin
READY := .venv/.ready

.PHONY: setup sandbox demo test test-heavy check build verify bench fuzz lock clean

demo: setup sandbox ## the whole life of an assignment with a sample class
	$(BIN)/autograder demo

test: setup sandbox check ## what CI runs: style, types, soundness, tests
	$(BIN)/autograder build --check
	$(BIN)/pytest -m "not heavy"
	$(BIN)/autograder verify

test-heavy: setup sandbox ## the tier that takes long
	$(BIN)/pytest -m heavy

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

build: setup ## the students' notebooks, from their lessons
	$(BIN)/autograder build

verify: setup sandbox ## the proof that the assignments are sound
	$(BIN)/autograder verify

bench: setup sandbox ## speed and memory beside nbgrader and the floor, a quarter of an hour
	$(BIN)/python -m benchmarks.run $(BENCH)

setup: $(READY)

$(READY): pyproject.toml requirements.lock
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is missing: name it with make PYTHON=/path/to/python3.11"; exit 2; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing into .venv; the first time this takes a few minutes"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	$(BIN)/python -m compileall -q autograder reference assignments
	touch $(READY)

sandbox: ## bubblewrap, installed where that is allowed, else the command to type
	@command -v bwrap >/dev/null || .ci/install-bubblewrap

fuzz: setup ## odd inputs for what reads bytes from strangers, a minute for each reader
	$(BIN)/python -m pip install --quiet --disable-pip-version-check atheris==3.0.0
	for target in notebook frame stream; do $(BIN)/python -m tests.fuzz.run $$target 60 || exit 1; done

lock: setup ## pin what a fresh machine gets, after a change of pyproject.toml
	$(BIN)/pip-compile --quiet --strip-extras --extra dev --no-emit-index-url --no-emit-find-links --no-header --output-file requirements.lock pyproject.toml
	sed -i 's/^torch==\([0-9.]*\).*/torch==\1/' requirements.lock

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache *.egg-info
