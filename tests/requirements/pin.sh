#!/usr/bin/env bash
# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Resolves each .in file in fresh environments and writes what pip chose to the .txt file of the same name.
# What differs between the Python versions gets a marker. Every version asked for has to be installed.
set -euo pipefail
cd "$(dirname "$0")"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

pin() { # NAME VERSION...
  local name=$1 version
  shift
  for version in "$@"; do
    ./venv.sh "$work/$version" "$name.in" "$version"
    "$work/$version/bin/python" -m pip freeze |
      sed "s/\$/ ; python_version == \"$version\"/" >> "$work/$name"
    rm -rf "${work:?}/$version"
  done
  {
    echo "# Made by 'make pins' from $name.in: do not edit."
    sort -f "$work/$name" | awk -F ' ; ' -v all=$# '
      { seen[$1]++; line[NR] = $0; pin[NR] = $1 }
      END { for (i = 1; i <= NR; i++)
              if (seen[pin[i]] < all) print line[i]; else if (pin[i] != pin[i - 1]) print pin[i] }'
  } > "$name.txt"
}

pin newest 3.13 3.12 3.11
pin oldest 3.11
pin oldest-boto3 3.11
pin eda 3.13 3.12 3.11
