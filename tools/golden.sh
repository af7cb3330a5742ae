#!/bin/sh
# Makes again what tests compare with: the tree beside each fleet file, the schema, and the message for each mistake.
# The old ones go first, so that nothing stale survives; then a person reads the diff.
set -eu

cd -- "$(dirname -- "$0")/.."
python=$PWD/.venv/bin/python
export NO_COLOR=1

rm -rf hosts/rendered tests/fleets/*/rendered tests/bad/*.txt

"$python" -m pyfleet schema >fleet.schema.json

for fleet in hosts/fleet.yaml tests/fleets/*/fleet.yaml; do
  "$python" -m pyfleet render "$fleet" >/dev/null
done

cd tests/bad
for fleet in *.yaml; do
  # Most of them are errors, some are warnings.
  "$python" -m pyfleet check "$fleet" 2>"${fleet%.yaml}.txt" || [ $? = 1 ]
done
