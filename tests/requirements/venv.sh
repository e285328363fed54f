#!/usr/bin/env bash
# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# venv.sh DIRECTORY PINS VERSION...: a virtual environment of the first Python version that works here.
set -euo pipefail

directory=$1 pins=$2
shift 2

works() {
  "$1" -c "import ensurepip, ssl, sys, venv; sys.exit('%d.%d' % sys.version_info[:2] != '$2')" 2>/dev/null
}

# A version that pyenv has installed is on PATH only as a shim, and the shim works only where it is selected.
find_python() {
  local version candidate
  for version in "$@"; do
    for candidate in "python$version" "${PYENV_ROOT:-$HOME/.pyenv}/versions/$version".*/bin/python; do
      if works "$candidate" "$version"; then
        echo "$candidate"
        return
      fi
    done
  done
  echo "No Python of version $* with venv and ssl was found: install one, for example python$1 and python$1-venv." >&2
  return 1
}

python=$(find_python "$@")
# An environment of another Python is of no use; one of this Python keeps what is right in it.
if ! works "$directory/bin/python" "$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')"; then
  rm -rf "$directory"
  "$python" -m venv "$directory"
fi
echo "Installing $pins into $directory ($("$directory/bin/python" --version)) ..."
"$directory/bin/python" -m pip install -qq --no-compile --requirement "$pins"
touch "$directory/.installed"
