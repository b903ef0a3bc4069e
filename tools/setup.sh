#!/bin/sh
# usage: setup.sh LOCK STAMP. Makes .venv with a Python that is new enough and installs the pinned versions into it.
set -eu
lock=$1
stamp=$2

say() { echo "hafen: $*" >&2; }

find_python() {
  for name in ${PYTHON:-} python3.13 python3.12 python3.11 python3; do
    path=$(command -v "$name") || continue
    if "$path" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$path"
      return
    fi
  done
}

command -v git >/dev/null || { say "git is missing: install it with your system's package manager"; exit 1; }
if [ ! -x .venv/bin/python ] || ! .venv/bin/python -c '' 2>/dev/null; then
  python=$(find_python)
  if [ -z "$python" ]; then
    say "no Python 3.11 or newer with venv: install it (Debian: apt install python3 python3-venv; macOS: brew install python)"
    exit 1
  fi
  say "making .venv with $("$python" --version)"
  rm -rf .venv
  "$python" -m venv .venv
fi
say "installing the versions of $lock"
log=.venv/install.log
if ! .venv/bin/python -m pip install --quiet --disable-pip-version-check -r "$lock" >"$log" 2>&1 ||
  ! .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable . >>"$log" 2>&1; then
  tail -n 15 "$log" >&2
  say "pip could not install $lock; is the package index within reach? The whole log: $log"
  exit 1
fi
touch "$stamp"
