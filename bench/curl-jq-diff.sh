#!/usr/bin/env bash
# What a competent engineer would write instead: read every page, join memberships to group names, compare with a list.
# Needs URL, TOKEN and a sorted file of "group<TAB>user" lines as its argument. Exit code 0 when nothing differs.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

page() { curl --silent --show-error --fail --retry 3 --header "Authorization: Bearer $TOKEN" "$URL/$1?startIndex=$2&count=$3"; }

all() { # RESOURCE PAGE_SIZE
  local start=1 total=1
  while [ "$start" -le "$total" ]; do
    page "$1" "$start" "$2" > "$work/page.json"
    read -r total received < <(jq -r '"\(.totalResults) \(.Resources | length)"' "$work/page.json")
    [ "$received" -gt 0 ] || { echo "page of $1 at $start is empty" >&2; exit 2; }
    cat "$work/page.json"
    start=$((start + received))
  done
}

all Groups 1000 > "$work/groups.json"
all Users 5000 > "$work/users.json"
jq -rn --slurpfile groups "$work/groups.json" '
  ($groups | map(.Resources[] | {(.id): .displayName}) | add) as $names
  | inputs.Resources[] | select(.active) | .userName as $user | .groups[] | "\($names[.value])\t\($user)"
' "$work/users.json" | LC_ALL=C sort > "$work/actual.txt"
diff "$1" "$work/actual.txt"
