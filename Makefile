# For machines without Nix. Each target sets up what it needs, in .venv and (test and bench, as root
# on Debian) from Debian's packages; a second run finds it there. `make test` is what CI runs.

PYTHON ?= python3
PY := .venv/bin/python

# Nix's command line as the tests call it, whatever the machine's nix.conf says.
define newline


endef
export NIX_CONFIG := $(NIX_CONFIG)$(newline)extra-experimental-features = nix-command flakes

.DEFAULT_GOAL := render
.NOTPARALLEL:
.PHONY: render check-render test test-oldest cluster-test mutate bench lint format golden lock dist commands crds clean

render: .venv/.installed  # hosts/fleet.yaml -> hosts/rendered/
	$(PY) -m pyfleet render

check-render: .venv/.installed  # fail if hosts/rendered/ is not up to date with hosts/fleet.yaml
	$(PY) -m pyfleet render --check

test: lint commands crds  # everything: lint, types, tests
	$(PY) -m pytest

test-oldest: .venv-oldest/.installed-test commands crds  # tests with the oldest packages that pyproject.toml allows
	.venv-oldest/bin/python -m pytest

# Its programs are built once and kept; PYFLEET_KUBE_BIN names a folder with released ones instead.
cluster-test: .venv/.installed-test crds  # every fleet, judged by a real API server and scheduler
	@tools/setup-control-plane.sh "$${XDG_CACHE_HOME:-$$HOME/.cache}/pyfleet/control-plane/bin"
	$(PY) -m pytest tests/cluster

# SAMPLE=300 tries so many, SEED=1 others; PACKAGES=placement those of one folder.
mutate: .venv/.installed-test  # share of small changes to the code that a test notices, and those that none does
	$(PY) tools/mutate.py $(PACKAGES) $(if $(SAMPLE),--sample $(SAMPLE)) $(if $(SEED),--seed $(SEED))

lint: .venv/.installed-test
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m mypy
	.venv/bin/lint-imports --no-cache --no-logo
	@if command -v shellcheck >/dev/null; then shellcheck tools/*.sh .ci/run; \
	else echo 'shellcheck is not installed: scripts of the shell are not checked'; fi

format: .venv/.installed-test  # mend what ruff can mend
	$(PY) -m ruff check --fix
	$(PY) -m ruff format

bench: .venv/.installed-bench commands  # time of each stage, for fleets of 10 to 1,000 hosts; and beside go-jsonnet
	$(PY) -m bench

golden: .venv/.installed  # make again what tests compare with; then read the diff
	tools/golden.sh

lock: .venv/.installed-test  # choose anew the versions that tests run with; then read the diff
	$(PY) tools/lock.py

dist:  # what is uploaded: sdists and wheels, tried
	PYTHON='$(PYTHON)' tools/dist.sh

commands:
	@tools/setup-commands.sh nix jq git kustomize kubectl containerd ip iptables nft systemd-analyze promtool keepalived

crds: .venv/crds/.made  # schemas of custom resources, for tests/manifests

# Nothing is made where Go or its modules can't be had; then it is tried again the next time.
.venv/crds/.made: tools/setup-crds.sh $(wildcard tests/manifests/crds/*/*)
	@tools/setup-crds.sh .venv/crds

.venv/.installed: pyproject.toml constraints.txt
	PYTHON='$(PYTHON)' tools/setup-venv.sh .

# With the tests' packages comes all that rendering needs.
.venv/.installed-test: pyproject.toml pytest-nix/pyproject.toml constraints.txt
	PYTHON='$(PYTHON)' tools/setup-venv.sh '.[test]'

.venv-oldest/.installed-test: pyproject.toml pytest-nix/pyproject.toml constraints-oldest.txt
	PYTHON='$(PYTHON)' tools/setup-venv.sh '.[test]' .venv-oldest constraints-oldest.txt

.venv/.installed-bench: pyproject.toml
	PYTHON='$(PYTHON)' tools/setup-venv.sh '.[bench]'
	touch $@

clean:
	rm -rf .venv .venv-oldest .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist *.egg-info \
	  pytest-nix/build pytest-nix/dist pytest-nix/src/*.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
