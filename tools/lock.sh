#!/bin/sh
# Pins today's versions, without addresses: what Hafen needs to run, and what its tests need on top.
set -eu
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
freeze() { "$1/bin/python" -m pip freeze --exclude-editable --disable-pip-version-check | grep -v '^hafen'; }

python3 -m venv "$place/run"
# What builds Hafen itself is pinned too: hatchling, and editables for the editable install.
"$place/run/bin/python" -m pip install --quiet --disable-pip-version-check hatchling editables
"$place/run/bin/python" -m pip install --quiet --disable-pip-version-check --no-build-isolation --editable .
freeze "$place/run" >requirements.lock
"$place/run/bin/python" -m pip install --quiet --disable-pip-version-check --no-build-isolation --editable '.[dev]'
freeze "$place/run" >requirements-dev.lock
