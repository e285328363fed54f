#!/usr/bin/env bash
# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# prometheus.sh DIRECTORY: Prometheus and its promtool, for tests and pictures. What is installed is taken; else Debian's
# package is unpacked and not installed, so that no service starts.
set -euo pipefail

directory=$1
rm -rf "$directory"
mkdir -p "$directory/bin"

if command -v prometheus > /dev/null && command -v promtool > /dev/null; then
  ln -s "$(command -v prometheus)" "$(command -v promtool)" "$directory/bin"
elif command -v apt-get > /dev/null; then
  echo "Unpacking Debian's package prometheus into $directory ..."
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  as_root=$([ "$(id -u)" = 0 ] || echo sudo)
  cd "$work"
  apt-get -qq download prometheus 2> /dev/null || { $as_root apt-get -qq update && apt-get -qq download prometheus; }
  dpkg-deb --extract prometheus_*.deb unpacked
  cd - > /dev/null
  mv "$work"/unpacked/usr/bin/{prometheus,promtool} "$directory/bin"
else
  # It keeps nothing else from being set up: tests/monitoring fails without it, and says so.
  echo "There is no Prometheus here: install it, so that prometheus and promtool are on PATH." >&2
  exit 0
fi
touch "$directory/.installed"
