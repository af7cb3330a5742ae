#!/bin/sh
# Makes .venv and installs this project into it: tools/setup-venv.sh . | '.[test]' [VENV CONSTRAINTS]
# pip reads its own variables and files: indexes, proxies and certificates are the machine's business.
set -eu

what=$1
venv=${2:-.venv}
constraints=${3:-constraints.txt}
python=${PYTHON:-python3}

say() { printf '%s\n' "$*" >&2; }

# A linked .venv is another checkout's. Installing into it would point that one here.
if [ -L "$venv" ]; then
  exit 0
fi

if ! command -v "$python" >/dev/null; then
  say "pyfleet needs Python 3.11 or newer, and there is no $python here."
  say "hint: install it, or name another: make PYTHON=python3.12 ..."
  exit 1
fi
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  say "pyfleet needs Python 3.11 or newer; $python is $("$python" -c 'import platform; print(platform.python_version())')."
  say "hint: name another: make PYTHON=python3.12 ..."
  exit 1
fi

# Debian splits venv from Python, so that `python3 -m venv` may be there and still fail.
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
  tools/setup-packages.sh "$package" || {
    say "$python can't make virtual environments."
    say "hint: install its venv and ensurepip; on Debian: apt-get install $package"
    exit 1
  }
fi

if ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
  "$python" -m venv "$venv"
fi
# Tests run with the pytest plugin of this repository, which no extra can name: it's a folder.
plugin=
[ "$what" != '.[test]' ] || plugin='--editable ./pytest-nix'
# shellcheck disable=SC2086  # two words or none
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --constraint "$constraints" $plugin \
  --editable "$what"

touch "$venv/.installed"
[ "$what" != '.[test]' ] || touch "$venv/.installed-test"
