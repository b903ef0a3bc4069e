#!/bin/sh
# Pins today's versions, without addresses: what Hafen needs to run, and what its tests need on top.
set -eu
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
freeze() { "$1/bin/python" -m pip freeze --exclude-editable --disable-pip-version-check | grep -v '^hafen'; }

python3 -m venv "$place/run"
"$place/run/bin/python" -m pip install --quiet --disable-pip-version-check --editable .
freeze "$place/run" >requirements.lock
"$place/run/bin/python" -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
freeze "$place/run" >requirements-dev.lock
