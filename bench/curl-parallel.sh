#!/usr/bin/env bash
# The floor: the same pages, fetched all at once and thrown away. Needs URL and TOKEN; takes the number of people and groups.
set -euo pipefail
urls=()
for ((start = 1; start <= $1; start += 5000)); do urls+=("$URL/Users?startIndex=$start&count=5000"); done
for ((start = 1; start <= $2; start += 1000)); do urls+=("$URL/Groups?startIndex=$start&count=1000"); done
outputs=()
for url in "${urls[@]}"; do outputs+=(--output /dev/null "$url"); done
curl --silent --show-error --fail --parallel --header "Authorization: Bearer $TOKEN" "${outputs[@]}"
