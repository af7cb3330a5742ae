#!/bin/sh
# Makes dist/: the source of each distribution, and the wheel built from it; then renders this repository's fleet by
# the installed wheel, so that neither lacks anything.
set -eu

cd -- "$(dirname -- "$0")/.."
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT

"${PYTHON:-python3}" -m venv "$temporary"
"$temporary/bin/pip" install --quiet --disable-pip-version-check build

rm -rf dist
for project in pyproject.toml */pyproject.toml; do
  [ ! -f "$project" ] || "$temporary/bin/python" -m build --quiet --outdir dist "$(dirname "$project")"
done

"$temporary/bin/pip" install --quiet --disable-pip-version-check --constraint constraints.txt dist/*.whl
fleet=$PWD/hosts/fleet.yaml
# From elsewhere: here Python would find the sources.
(cd "$temporary" && bin/pyfleet render --check "$fleet" && bin/pyfleet schema >schema.json)
cmp "$temporary/schema.json" fleet.schema.json
ls dist
