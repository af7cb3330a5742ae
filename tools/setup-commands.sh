#!/bin/sh
# Installs the commands that tests call, where it may: tools/setup-commands.sh COMMAND...
# Elsewhere it prints what is missing and exits 0: the tests in question are skipped, with the reason.
set -eu

missing() {
  for command; do
    command -v "$command" >/dev/null || printf '%s ' "$command"
  done
}

package_of() {
  case $1 in
    ip) echo iproute2 ;;
    nft) echo nftables ;;
    nix) echo nix-bin ;;
    promtool) echo prometheus ;;
    systemd-analyze) echo systemd ;;
    *) echo "$1" ;;
  esac
}

packages=''
for command in $(missing "$@"); do
  packages="$packages $(package_of "$command")"
done
[ -n "$packages" ] || exit 0

# Commands are wanted, not the services that some packages bring (containerd, prometheus): systemctl starts none so.
export SYSTEMD_OFFLINE=1
# shellcheck disable=SC2086  # several words
tools/setup-packages.sh $packages >&2 || true

still=$(missing "$@")
if [ -n "$still" ]; then
  {
    echo "not installed: $still"
    echo "hint: tests that need them are skipped; as root on Debian this installs them, elsewhere install them yourself"
  } >&2
fi
