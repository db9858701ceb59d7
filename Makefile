# make build, make serve, make test. All you need is Python 3.11 or newer, git and make; everything else is installed into
# .venv, and later runs are instant. They also make the command .venv/bin/broadsheet.
#
#   make serve ROOT=../news          previews the newsletter in another folder; build takes ROOT too
#   make build PYTHON=python3.12     uses a Python of your choice (.venv is recreated if it has another version)
#   make test  CHECK_HTML=required   fails without Java instead of skipping the HTML check; .ci/run uses this
#   make test  TESTS=tests/core/test_slugs.py
#   make bench BENCH="--articles 10000 --runs 5"

VENV  := .venv
PY    := $(VENV)/bin/python
COMMAND := $(VENV)/bin/broadsheet
JOBS  := 2
ROOT  := .
TESTS := tests
BENCH :=
CHECK_HTML := if-possible
PYTHON :=

# Stamp files: the environment, the packages for building, the packages for testing.
ENVIRONMENT := $(VENV)/.made-with-$(subst /,_,$(PYTHON))
RUN         := $(VENV)/.requirements
TEST        := $(VENV)/.requirements-test

PIP_INSTALL := $(PY) -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r

.PHONY: build serve test check-style check-html check-tests lighthouse bench lock clean
.DEFAULT_GOAL := build

build: $(RUN)
	$(COMMAND) --root $(ROOT)

serve: $(RUN)
	$(COMMAND) serve --root $(ROOT)

test: check-style check-html check-tests

check-style: $(TEST)
	$(PY) -m ruff check --quiet .
	$(PY) -m ruff format --check --quiet .
	$(PY) -m mypy

check-html: $(RUN)
	$(PY) -m tools.check_html --$(CHECK_HTML)

# Last in `make test`, so that its last line says how many tests passed.
check-tests: $(TEST)
	$(PY) -m tools.programs --install
	BROADSHEET_BROWSER="$$($(PY) -m tools.browser --install)" && export BROADSHEET_BROWSER && \
	BROADSHEET_AXE="$$($(PY) -m tools.npm axe node_modules/axe-core/axe.min.js)" && export BROADSHEET_AXE && \
	$(PY) -m pytest -n $(JOBS) $(TESTS)

# Run this on an idle machine, because it measures time.
lighthouse: $(TEST)
	$(PY) -m tools.lighthouse

bench: $(TEST)
	$(PY) -m bench $(BENCH)

lock:
	tools/lock

# `broadsheet clean` deletes the site itself, and only what it wrote.
clean:
	-if [ -e $(RUN) ]; then $(PY) build.py clean; fi
	rm -rf $(VENV) .bench .tools .hypothesis .mypy_cache .pytest_cache .ruff_cache build broadsheet.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(ENVIRONMENT): tools/environment
	tools/environment $(VENV) $(PYTHON)
	touch $@

$(RUN): requirements.lock $(ENVIRONMENT) tools/command
	$(PIP_INSTALL) requirements.lock
	tools/command $(VENV)
	touch $@

# The test lock also contains the packages of the run lock, in the same versions.
$(TEST): requirements-test.lock $(RUN)
	$(PIP_INSTALL) requirements-test.lock
	touch $@
