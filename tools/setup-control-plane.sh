#!/bin/sh
# Builds the programs of a control plane from the Go modules that tests/cluster/programs/ pins: tools/setup-control-plane.sh FOLDER
# No registry of packages has them ready made. Cold that takes ten minutes of CPU time, then they are kept in FOLDER
# until a pin changes. PYFLEET_KUBE_BIN names a folder with released ones instead. Where they can't be built it prints so
# and exits 0: the tests in question are skipped, with the reason.
set -eu

mkdir -p "$1"
folder=$(cd "$1" && pwd)
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT

missing() {
  {
    printf 'no control plane to test with: %s\n' "$1"
    [ ! -s "$temporary/log" ] || tail -n 3 "$temporary/log"
    echo 'hint: PYFLEET_KUBE_BIN can name a folder with etcd, kube-apiserver, kube-controller-manager, kube-scheduler, kubectl and kwok; of queues, kueue and its manifests as kueue.yaml'
  } >&2
  exit 0
}

[ -z "${PYFLEET_KUBE_BIN:-}" ] || exit 0

# Where Go's own installer puts it, which not every PATH has.
PATH=$PATH:/usr/local/go/bin
command -v go >/dev/null || missing 'go is not installed'

# A network that swallows packets must not hold up the tests for ever. macOS has no timeout(1).
bounded=
! command -v timeout >/dev/null || bounded='timeout 2400'

# Each module has its own go.sum: what is downloaded is what was pinned, or go refuses it.
build() { # MODULE OUTPUT LINKER-FLAGS PACKAGE...
  module=$1 output=$2 linked=$3
  shift 3
  # What is there was built of exactly these pins, or it is built anew.
  cat "tests/cluster/programs/$module/go.sum" "$0" >"$temporary/$module.pins"
  cmp -s "$temporary/$module.pins" "$folder/.$module.pins" && return
  mkdir -p "$temporary/$module"
  (
    cd "tests/cluster/programs/$module" &&
      CGO_ENABLED=0 $bounded go build -trimpath -ldflags "-s -w $linked" -o "$temporary/$module/$output" "$@"
  ) >"$temporary/log" 2>&1 || missing "$module can't be built"
  mv "$temporary/$module"/* "$folder/"
  mv "$temporary/$module.pins" "$folder/.$module.pins"
}

version=$(sed -n 's/^require k8s.io\/kubernetes v//p' tests/cluster/programs/kubernetes/go.mod)
minor=${version#*.}
# Without these the API server calls itself v0.0.0, and its clients complain.
flags=''
for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
  flags="$flags -X $package.gitVersion=v$version -X $package.gitMajor=1 -X $package.gitMinor=${minor%%.*}"
  flags="$flags -X $package.gitTreeState=clean -X $package.gitCommit=0 -X $package.buildDate=1970-01-01T00:00:00Z"
done

build etcd etcd '' go.etcd.io/etcd/server/v3
build kwok kwok '' sigs.k8s.io/kwok/cmd/kwok
build kubernetes '' "$flags" k8s.io/kubernetes/cmd/kube-apiserver k8s.io/kubernetes/cmd/kube-controller-manager \
  k8s.io/kubernetes/cmd/kube-scheduler k8s.io/kubernetes/cmd/kubectl
build kueue kueue '' sigs.k8s.io/kueue/cmd/kueue
# What it is installed with, as in the manifests.yaml of its releases.
if [ ! -s "$folder/kueue.yaml" ] || [ "$folder/.kueue.pins" -nt "$folder/kueue.yaml" ]; then
  {
    kueue=$(cd tests/cluster/programs/kueue && go list -m -f '{{.Dir}}' sigs.k8s.io/kueue) &&
      "$folder/kubectl" kustomize "$kueue/config/default" >"$temporary/kueue.yaml"
  } 2>"$temporary/log" || missing "kueue's manifests can't be built"
  mv "$temporary/kueue.yaml" "$folder/"
fi
