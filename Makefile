# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PIN := tests/requirements
PYTHON := .venv/bin/python
OLDEST := .venv-oldest/bin/python
COLLECTION := .collections/ansible_collections/tablekeeper/dynamodb
AWX := .collections/ansible_collections/awx
# Twice as many as a small machine has cores: half of the time a test waits, for Ansible or for the AWS it has started.
WORKERS ?= 4
# What a version of Ansible or Python can change. The rest is about AWS, or about this repository.
ENDS := tests/engines tests/forking tests/integration $(addprefix tests/unit/,action filter module_utils modules roles)

export ANSIBLE_COLLECTIONS_PATH := $(CURDIR)/.collections
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Some images set these. Each module of Ansible is a process: without compiled files it compiles boto3 every time, and
# without a buffer it reads itself byte by byte from the pipe that it comes through.
unexport PYTHONDONTWRITEBYTECODE PYTHONUNBUFFERED

##@ Try it
demo: .venv/.installed $(COLLECTION) ## Back up sample tables on the embedded AWS, break one, see the alert, bring it back
	@$(PYTHON) -m tests.demo

local-aws: .venv/.installed $(COLLECTION) ## Keep the embedded AWS running, to try any playbook by hand
	@$(PYTHON) -m tests.by_hand

##@ Work on it
setup: .venv/.installed .venv/dynamodump/.installed .venv/prometheus/.installed .venv/.chromium .venv-eda/.installed .cache/sanity/newest/.installed $(COLLECTION) node_modules/.installed ## Install the tools into .venv, .venv-eda and node_modules, versions pinned, and Chromium if there is none

setup-oldest: .venv-oldest/.installed .venv-oldest-boto3/.installed .venv-oldest/spark/.installed .cache/sanity/oldest/.installed $(COLLECTION) $(AWX) ## Install the oldest supported Ansible and boto3, and a Spark

test: setup setup-oldest ## Everything that must hold, and on the oldest Ansible what it can change
	@echo "== The oldest supported end: $$($(OLDEST) --version), $$(.venv-oldest/bin/ansible --version | head -1)"
	@$(OLDEST) -m pytest -q -n $(WORKERS) --dist worksteal -m "not newest" $(ENDS)
	@echo "== The newest end, and the gates: $$($(PYTHON) --version), $$(.venv/bin/ansible --version | head -1)"
	@$(PYTHON) -m pytest -q -n $(WORKERS) --dist worksteal local_aws/tests tests

unit: .venv/.installed $(COLLECTION) ## Only what needs no AWS, in half a minute
	@$(PYTHON) -m pytest -q -n auto -m "not aws and not slow" tests/unit local_aws/tests

lint: .venv/.installed $(COLLECTION) ## Only the quick linters: Python, types, YAML, imports
	@$(PYTHON) -m pytest -q tests/gates/test_rooms.py tests/gates/test_lint.py -m "not slow"

gates: setup setup-oldest ## Only the gates: linters, types, sanity, templates, the built artifact
	@$(PYTHON) -m pytest -q -n $(WORKERS) --dist worksteal tests/gates

molecule: setup ## Only the role scenarios of extensions/molecule
	@$(PYTHON) -m pytest -q -n $(WORKERS) tests/gates/test_molecule.py

format: .venv/.installed ## Put the Python code in order
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .

drawing: .venv/.installed ## Draw docs/architecture.md anew, from the imports
	@$(PYTHON) -m tests.gates.drawing

inputs: .venv/.installed $(COLLECTION) ## Write the table of inputs anew into roles, surveys and guides
	@$(PYTHON) -m tests.inputs.make
	@$(PYTHON) -m tests.awx.pattern

pattern: .venv/.installed $(COLLECTION) ## Make extensions/patterns anew, from playbooks/awx
	@$(PYTHON) -m tests.awx.pattern

pictures: setup ## Take the pictures of the guides anew; those of the status page are of what `make demo` has written
	@$(PYTHON) -m tests.browser.pictures
	@$(PYTHON) -m tests.monitoring.draw

bench: .venv/.installed .venv/dynamodump/.installed .venv-oldest/spark/.installed $(COLLECTION) ## Measure, each figure beside its baseline
	@$(PYTHON) -m benchmarks

pins: ## Resolve the pinned requirements anew, from tests/requirements/*.in
	@$(PIN)/pin.sh

release: setup ## Build the collection and publish it on Galaxy, with the token in GALAXY_TOKEN
	@git diff --quiet HEAD && [ "$$(git tag --points-at HEAD)" = "$$(sed -n 's/^version: //p' galaxy.yml)" ] \
	  || { echo "Commit everything, and tag it with the version in galaxy.yml."; exit 1; }
	@rm -rf .build/release
	@.venv/bin/ansible-galaxy collection build --output-path .build/release
	@.venv/bin/ansible-galaxy collection publish .build/release/tablekeeper-dynamodb-*.tar.gz --token "$${GALAXY_TOKEN:?}"

clean: ## Remove everything that was made here
	@rm -rf .venv .venv-eda .venv-oldest .venv-oldest-boto3 .collections .build node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .cache

help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} \
	  /^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# The stamps make a second run quick: they are as new as the pins they were made from.
.venv/.installed: $(PIN)/newest.txt $(PIN)/venv.sh
	@$(PIN)/venv.sh .venv $< 3.13 3.12 3.11

# What `make bench` measures beside this collection. In a folder of its own, and without its own older boto3.
.venv/dynamodump/.installed: $(PIN)/baselines.txt .venv/.installed
	@$(PYTHON) -m pip install -qq --no-deps --upgrade --target $(@D) --requirement $<
	@touch $@

# The browser that tests look at pages with: the system's own, or installed by apt. Without one only those tests fail.
.venv/.chromium: .venv/.installed tests/browser/chromium.py
	@$(PYTHON) -m tests.browser.chromium && touch $@ || true

# What runs the rulebooks of extensions/eda, which wants another botocore.
.venv-eda/.installed: $(PIN)/eda.txt $(PIN)/venv.sh
	@$(PIN)/venv.sh .venv-eda $< 3.13 3.12 3.11

# What the metrics, rules and dashboards are checked with, and asked.
.venv/prometheus/.installed: $(PIN)/prometheus.sh .venv/.installed
	@$< $(@D)

.venv-oldest/.installed: $(PIN)/oldest.txt $(PIN)/venv.sh
	@$(PIN)/venv.sh .venv-oldest $< 3.11

.venv-oldest-boto3/.installed: $(PIN)/oldest-boto3.txt $(PIN)/venv.sh
	@$(PIN)/venv.sh .venv-oldest-boto3 $< 3.11

# The Spark of AWS Glue, beside the Python that is Glue's as well: its Java is older than the one of DynamoDB Local.
.venv-oldest/spark/.installed: $(PIN)/spark.txt .venv-oldest/.installed
	@$(OLDEST) -m pip install -qq --no-deps --no-compile --upgrade --target $(@D) --requirement $<
	@touch $@

# Where ansible-test has an environment for each of its tests: it would make them in every run.
.cache/sanity/newest/.installed: .venv/.installed tests/gates/sanity.py
	@$(PYTHON) -m tests.gates.sanity newest

.cache/sanity/oldest/.installed: .venv-oldest/.installed .venv/.installed tests/gates/sanity.py
	@$(PYTHON) -m tests.gates.sanity oldest

node_modules/.installed: package.json package-lock.json
	@npm ci --silent
	@touch $@

# Ansible finds a collection by its place: <somewhere>/ansible_collections/<namespace>/<name>.
$(COLLECTION):
	@mkdir -p $(@D)
	@ln -sfn ../../.. $@

# The newest ansible package has no awx.awx any more, and the collection is the same for both.
$(AWX): .venv-oldest/.installed | $(COLLECTION)
	@ln -sfn ../../.venv-oldest/lib/python3.11/site-packages/ansible_collections/awx $@

.PHONY: bench clean demo drawing format gates help inputs lint local-aws molecule pattern pictures pins release setup setup-oldest test unit
