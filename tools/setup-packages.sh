#!/bin/sh
# Installs Debian packages: tools/setup-packages.sh PACKAGE...
# From the machine's own sources, or else as they are from a newer Debian. Exits 1 if any could not be installed.
set -eu

# kustomize and kubectl came with Debian 13; there they need a libc no newer than Debian 12's.
newer=trixie

[ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || exit 1

export DEBIAN_FRONTEND=noninteractive

install() {
  apt-get -qq -y --no-install-recommends -o DPkg::Lock::Timeout=120 install "$@" >/dev/null
}

# The mirror this machine has its Debian from, whatever the form of its sources.
own_mirror() {
  # shellcheck disable=SC2016  # apt's format, not the shell's
  apt-get indextargets --format '$(REPO_URI)' 'ORIGIN: Debian' 'LABEL: Debian' | head -n 1
}

# Sources and lists lie outside /etc and /var/lib, so that the machine's own apt never hears of the newer Debian.
# apt checks the signatures as always.
download_newer() { # MIRROR PACKAGE...
  mkdir -p lists/partial
  echo "deb $1 $newer main" >sources.list
  shift
  for arguments in update "download $*"; do
    # shellcheck disable=SC2086  # several words
    apt-get -qq -o Dir::Etc::SourceList="$PWD/sources.list" -o Dir::Etc::SourceParts=- \
      -o Dir::State::Lists="$PWD/lists" -o Dir::Cache::PkgCache= -o Dir::Cache::SrcPkgCache= $arguments
  done
}

# A fresh machine has no package lists. A dead source is not ours to mend: try with what there is.
apt-get -qq update || true

own='' missing=''
for package; do
  if apt-cache show --no-all-versions "$package" >/dev/null 2>&1; then
    own="$own $package"
  else
    missing="$missing $package"
  fi
done

status=0
if [ -n "$own" ]; then
  # shellcheck disable=SC2086  # several words
  install $own || status=1
fi
if [ -n "$missing" ]; then
  mirrors="$(own_mirror) http://deb.debian.org/debian"
  directory=$(mktemp -d)
  trap 'rm -rf "$directory"' EXIT
  chown _apt "$directory" # apt fetches as its own user
  (
    grep -qx 'ID=debian' /etc/os-release && cd "$directory" || exit 1
    for mirror in $mirrors; do
      # shellcheck disable=SC2086  # several words
      download_newer "$mirror" $missing && install ./*.deb && exit 0
    done
    exit 1
  ) || status=1
fi
exit "$status"
