#!/usr/bin/env bash
# Installs a Debian package of newsmap, runs the demo of the installed program, and
# removes the package again. Needs root, or sudo.
#
#     .packaging/check.sh FILE.deb
set -euo pipefail

deb=$(realpath "$1")
root=()
((EUID == 0)) || root=(sudo)
if dpkg -s newsmap >/dev/null 2>&1; then
	echo "check.sh: newsmap is installed already; remove it first with: dpkg --remove newsmap" >&2
	exit 1
fi

work=$(mktemp -d)
server=
cleanup() {
	[[ -z $server ]] || kill "$server" 2>/dev/null || true
	"${root[@]}" dpkg --purge newsmap >/dev/null 2>&1 || true
	rm -rf "$work"
}
trap cleanup EXIT

fail() {
	echo "check.sh: $1" >&2
	[[ ! -s $work/stderr ]] || cat "$work/stderr" >&2
	exit 1
}

"${root[@]}" dpkg --install "$deb" >/dev/null
for file in /usr/bin/newsmap /usr/lib/systemd/system/newsmap.service /etc/newsmap/environment /usr/share/doc/newsmap/copyright \
	/usr/share/man/man1/newsmap.1.gz /usr/share/man/man1/newsmap-serve.1.gz /usr/share/bash-completion/completions/newsmap \
	/usr/share/zsh/vendor-completions/_newsmap /usr/share/fish/vendor_completions.d/newsmap.fish; do
	[[ -s $file ]] || "${root[@]}" test -s "$file" || fail "$file is missing"
done
id newsmap >/dev/null || fail "the user newsmap is missing"
newsmap version | grep -q "^newsmap  *$(dpkg-query --show --showformat='${Version}' newsmap)$" || fail "newsmap version does not print the package's version"
if command -v systemd-analyze >/dev/null; then
	systemd-analyze verify /usr/lib/systemd/system/newsmap.service || fail "the unit has errors"
fi

(cd "$work" && exec newsmap serve --demo --listen 127.0.0.1:0) >"$work/stdout" 2>"$work/stderr" &
server=$!
for _ in {1..300}; do # 30 s
	address=$(sed -n 's/^newsmap is at //p' "$work/stdout")
	[[ -z $address ]] && kill -0 "$server" 2>/dev/null || break
	sleep 0.1
done
[[ -n $address ]] || fail "serve printed no address"
curl -fsS --retry 30 --retry-delay 1 --retry-all-errors "${address}readyz" >/dev/null || fail "serve is not ready"
curl -fsS "${address}api/stories?limit=5" | grep -q '"title"' || fail "/api/stories has no stories"
curl -fsS "$address" | grep -q '<html' || fail "/ is not a page"
kill "$server"
wait "$server" || fail "serve did not stop cleanly"
server=

"${root[@]}" dpkg --purge newsmap >/dev/null
for file in /usr/bin/newsmap /etc/newsmap /usr/share/man/man1/newsmap.1.gz; do
	[[ ! -e $file ]] || fail "$file is still there after the package was removed"
done
echo "the package installs, runs and is removed"
