#!/bin/sh
# Other people's clients for the slow tests, into .cache. Says in a line what it cannot bring, and goes on.
set -eu
cd "$(dirname "$0")/.."

NODE_AT_LEAST=20

heroku_cli() {
  if ! command -v npm >/dev/null 2>&1; then
    echo "parts: no heroku CLI: it needs npm and node $NODE_AT_LEAST or newer" >&2
    return 0
  fi
  if [ "$(node --version | sed 's/^v\([0-9]*\).*/\1/')" -lt "$NODE_AT_LEAST" ]; then
    echo "parts: no heroku CLI: node $(node --version) is older than $NODE_AT_LEAST" >&2
    return 0
  fi
  npm_packages || echo "parts: no heroku CLI: npm could not install it (see above)" >&2
}

# Exactly what tests/peers/package-lock.json names, by checksum; no package's own install script runs.
npm_packages() {
  into=.cache/npm
  mkdir -p "$into"
  if cmp -s tests/peers/package-lock.json "$into/installed.json"; then
    return 0
  fi
  rm -f "$into/installed.json"
  cp tests/peers/package.json tests/peers/package-lock.json "$into/"
  npm ci --prefix "$into" --ignore-scripts --no-audit --no-fund --loglevel=error || return 1
  cp tests/peers/package-lock.json "$into/installed.json"
}

heroku_cli
