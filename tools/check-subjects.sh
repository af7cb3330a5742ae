#!/bin/sh
# Finds commits whose subject is too long for `git log --oneline`, or ends in a full stop: tools/check-subjects.sh RANGE
set -eu

found=$(git log --no-merges --format='%h %s' "$1" | LC_ALL=C.UTF-8 grep -E '^[^ ]+ (.{72,}|.*\.)$' || true)
[ -z "$found" ] || {
  printf '%s\n' "$found" 'hint: under 72 characters, in the imperative, no full stop; the reasons go below' >&2
  exit 1
}
