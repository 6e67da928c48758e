#!/usr/bin/env bash
# Makes .venv from requirements-dev.lock; does nothing when lock, interpreter and metadata are unchanged.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'setup: %s\n' "$*"; }

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    sudo -n "$@"
  else
    return 1
  fi
}

can_run() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

can_venv() { "$1" -c 'import ensurepip, venv' 2>/dev/null || { command -v apt-get >/dev/null 2>&1 && as_root true; }; }

# The distribution's own Python comes before one that somebody compiled: it is built with profiles
# (the API's tests took an eighth less) and patched with the rest of the machine.
find_python() {
  local candidate
  for candidate in "${PYTHON:-}" /usr/bin/python3 python3 python3.13 python3.12 python3.11; do
    if [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1 &&
      can_run "$candidate" && { [ "$candidate" != /usr/bin/python3 ] || can_venv "$candidate"; }; then
      command -v "$candidate"
      return
    fi
  done
  say "no Python 3.11 or newer found; install one, or name it: make setup PYTHON=/path/to/python3" >&2
  return 1
}

need_venv() {
  "$1" -c 'import ensurepip, venv' 2>/dev/null && return
  local version
  version=$("$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
  if command -v apt-get >/dev/null 2>&1 && as_root true; then
    say "installing Debian's python$version-venv"
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
      "python$version-venv"
  else
    say "this Python has no venv module: apt-get install python$version-venv (as root), then again" >&2
    return 1
  fi
}

# A clean checkout of the same content has the same mark, whatever the file times say. Of
# pyproject.toml only the part before the tools' settings reaches the installed package.
mark() {
  { cat requirements-dev.lock; sed '/^\[tool\.ruff\]/,$d' pyproject.toml; "$1" -VV; pwd; } |
    sha256sum | cut -d' ' -f1
}

python=$(find_python)
wanted=$(mark "$python")
if [ -x .venv/bin/python ] && [ "$(cat .venv/.setup-mark 2>/dev/null)" = "$wanted" ]; then
  exit 0
fi
need_venv "$python"
# A folder that was moved keeps its old path inside its scripts, and one of another Python keeps
# that: made anew.
if [ ! -x .venv/bin/python ] || [ "$(.venv/bin/python -VV 2>&1)" != "$("$python" -VV)" ] ||
  ! head -1 .venv/bin/pip | grep -qF "$PWD/.venv/bin/python"; then
  say "making .venv with $("$python" -V)"
  "$python" -m venv --clear .venv
fi
say "installing the locked requirements"
export PIP_DISABLE_PIP_VERSION_CHECK=1
# Compiled when first used: most of what is installed never is.
.venv/bin/python -m pip install --quiet --no-compile --require-hashes -r requirements-dev.lock
.venv/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
printf '%s\n' "$wanted" >.venv/.setup-mark
say "done"
