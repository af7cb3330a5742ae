#!/bin/sh
# Makes the CRDs that tests validate manifests by: tools/setup-crds.sh FOLDER
# No package holds them ready made, but the Go types they are generated from are in the Go modules that
# tests/manifests/crds/ pins. Where they can't be made it prints so and exits 0: tests of such kinds are skipped, with the reason.
set -eu

mkdir -p "$1"
folder=$(cd "$1" && pwd)
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT

missing() {
  {
    printf 'no schemas of custom resources: %s\n' "$1"
    [ ! -s "$temporary/log" ] || tail -n 3 "$temporary/log"
    echo 'hint: tests that need them are skipped; try again by: make crds'
  } >&2
}

# Where Go's own installer puts it, which not every PATH has.
PATH=$PATH:/usr/local/go/bin
command -v go >/dev/null || {
  missing 'go is not installed'
  exit 0
}

# A network that swallows packets must not hold up the tests for ever. macOS has no timeout(1).
bounded=
! command -v timeout >/dev/null || bounded='timeout 600'

# Each module has its own go.sum: what is downloaded is what was pinned, or go refuses it.
cd tests/manifests/crds/others
# shellcheck disable=SC2086  # two words or none
$bounded go build -o "$temporary/controller-gen" sigs.k8s.io/controller-tools/cmd/controller-gen 2>"$temporary/log" || {
  missing "controller-gen can't be built"
  exit 0
}

# shellcheck disable=SC2086  # one word for each package, none or two of what bounds the time
generate() { # MODULE OUTPUT
  cd "$1" && packages=$($bounded go list -f '{{range .Imports}}paths={{.}} {{end}}' .) && mkdir "$2" &&
    "$temporary/controller-gen" crd:allowDangerousTypes=true,generateEmbeddedObjectMeta=true,maxDescLen=0 \
      $packages output:crd:dir="$2"
}

complete=yes
for module in ../*/; do
  name=$(basename "$module")
  rm -rf "${folder:?}/$name"
  # In one go: a part of them would pass for the whole.
  if generate "$module" "$temporary/$name" >"$temporary/log" 2>&1; then
    mv "$temporary/$name" "$folder/$name"
  else
    missing "those of $name can't be generated"
    complete=no
  fi
done
[ "$complete" = no ] || touch "$folder/.made"
