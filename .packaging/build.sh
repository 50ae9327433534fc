#!/usr/bin/env bash
# Builds release files of newsmap: an archive with a static binary for each target,
# a Debian package for each linux target, and SHA256SUMS. See README.md in this folder.
#
#     .packaging/build.sh [OS/ARCH]...      default: all targets
#
# Environment:
#     OUT      folder to write to (default: .artifacts/packages)
#     VERSION  version to build (default: see README.md)
#
# The same commit, version and Go release give the same bytes.
set -euo pipefail
cd "$(dirname "$0")/.."

all_targets=(linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64)
targets=("$@")
((${#targets[@]})) || targets=("${all_targets[@]}")
for target in "${targets[@]}"; do
	if [[ " ${all_targets[*]} " != *" $target "* ]]; then
		echo "build.sh: $target is not a target; the targets are ${all_targets[*]}" >&2
		exit 2
	fi
	if [[ $target == windows/* ]] && ! command -v zip >/dev/null; then
		echo "build.sh: zip is missing; install it, or leave out $target" >&2
		exit 1
	fi
done

nfpm=github.com/goreleaser/nfpm/v2/cmd/nfpm@v2.48.0
tags=nomsgpack # gin's MessagePack support, which newsmap does not use

commit=$(git rev-parse HEAD)
[[ -z $(git status --porcelain --untracked-files=no) ]] || commit+=+dirty # local changes
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH LC_ALL=C TZ=UTC

# version prints the version of the commit: its tag, or else the newest release in
# the change log with the date and hash of the commit.
version() {
	local tag release
	if tag=$(git describe --tags --exact-match --match 'v[0-9]*' 2>/dev/null); then
		echo "${tag#v}"
		return
	fi
	release=$(sed -n 's/^## \[\([0-9][^]]*\)\].*/\1/p' .github/CHANGELOG.md | head -n 1)
	echo "$release+git$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y%m%d).${commit:0:7}"
}
VERSION=${VERSION:-$(version)}
out=$(realpath -m "${OUT:-.artifacts/packages}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rm -rf "$out"
mkdir -p "$out"
echo "newsmap $VERSION, commit $commit"

# build OS ARCH FILE compiles a static binary.
build() {
	CGO_ENABLED=0 GOOS=$1 GOARCH=$2 go build -trimpath -buildvcs=false -tags "$tags" \
		-ldflags "-s -w -X main.release=$VERSION -X main.commit=$commit" -o "$3" ./cmd/newsmap
}

# licences prints the licences of the Go modules that are linked into the binary.
licences() {
	local path version dir file
	CGO_ENABLED=0 GOOS=linux go list -deps -tags "$tags" -f '{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}} {{.Dir}}{{end}}{{end}}' ./cmd/newsmap |
		sort -u | while read -r path version dir; do
		for file in "$dir"/{LICENSE,LICENCE,COPYING,NOTICE}*; do
			[[ -f $file ]] || continue
			printf '%s\n%s %s: %s\n%s\n\n' "$rule" "$path" "$version" "$(basename "$file")" "$rule"
			cat "$file"
			echo
		done
	done
	printf '%s\nGo standard library: LICENSE\n%s\n\n' "$rule" "$rule"
	cat "$(go env GOROOT)/LICENSE"
}
rule=$(printf '=%.0s' {1..78})

# settle DIR sets the modes and times of files, so that they do not depend on the
# checkout.
settle() {
	chmod -R u=rwX,go=rX "$1"
	find "$1" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
}

# common makes the files that are the same for all targets: documents, licences,
# man pages and shell completions. The binary of this machine writes the last two.
common() {
	local common=$work/common host=$work/host shell file
	mkdir -p "$common"/{doc,man,completions}
	cp README.md LICENSE "$common/doc"
	cp .github/CHANGELOG.md "$common/doc/CHANGELOG.md"
	cp geo/gazetteer/data/NOTICE "$common/doc/NOTICE.gazetteer"
	cp geo/training/NOTICE "$common/doc/NOTICE.training"
	licences >"$common/doc/LICENSES.go"
	while read -r file; do
		printf '%s\n%s\n%s\n\n' "$rule" "$file" "$rule"
		cat "$file"
		echo
	done < <(git ls-files 'static/**/LICENSE*' | sort) >"$common/doc/LICENSES.web"

	build "$(go env GOHOSTOS)" "$(go env GOHOSTARCH)" "$host"
	"$host" man "$common/man"
	gzip -9n "$common"/man/*.1
	for shell in bash zsh fish; do
		"$host" completion "$shell" >"$common/completions/newsmap.$shell"
	done
	settle "$common"
}

# archive OS ARCH packs a binary with the common files.
archive() {
	local name=newsmap_${VERSION}_$1_$2 suffix=
	local dir=$work/$name
	[[ $1 == windows ]] && suffix=.exe
	mkdir -p "$dir"
	cp -r "$work/common/." "$dir"
	mv "$dir"/doc/{README.md,LICENSE} "$dir"
	cp "$work/newsmap_$1_$2" "$dir/newsmap$suffix"
	settle "$dir"
	if [[ $1 == windows ]]; then
		(cd "$work" && find "$name" | sort | zip -qX9 "$out/$name.zip" -@)
	else
		tar -C "$work" --sort=name --owner=0 --group=0 --numeric-owner --format=ustar -cf - "$name" | gzip -9n >"$out/$name.tar.gz"
	fi
}

# package ARCH makes a Debian package of a linux binary.
package() {
	VERSION=$VERSION ARCH=$1 BINARY=$work/newsmap_linux_$1 COMMON=$work/common \
		go run "$nfpm" package --config .packaging/nfpm.yaml --packager deb --target "$out/"
}

common
for target in "${targets[@]}"; do
	os=${target%/*} arch=${target#*/}
	echo "$target"
	build "$os" "$arch" "$work/newsmap_${os}_$arch"
	archive "$os" "$arch"
	if [[ $os == linux ]]; then
		package "$arch"
	fi
done
(cd "$out" && sha256sum -- * >SHA256SUMS)
ls -l "$out"
