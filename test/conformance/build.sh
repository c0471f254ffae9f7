#!/bin/sh
# build.sh OUT: builds upstream's conformance suite and the programs of its images from Go modules, into OUT.
# Needs Go 1.26 and the Go module proxy; takes some ten minutes on two cores, the next time seconds.
set -eu
export CGO_ENABLED=0 # as upstream builds its images, and one cache for all
version=1.36.3
staging=0.36.3
mkdir -p "$1"
out=$(cd "$1" && pwd)
[ "$(cat "$out/built" 2>/dev/null)" != $version ] || exit 0

module=$(go mod download -json k8s.io/kubernetes@v$version | sed -n 's/^.*"Dir": "\(.*\)".*$/\1/p')
cd "$out"
# The staging modules are published by themselves, so what upstream replaces by folders is replaced by those.
{
  echo 'module conformance'
  grep '^go ' "$module/go.mod"
  sed -n '/^require/,/^)/p' "$module/go.mod" | sed -E "s,(k8s.io/[a-z-]+) v0\.0\.0( |\$),\1 v$staging\2,"
  echo "require k8s.io/kubernetes v$version"
  grep -oE '^[[:space:]]*k8s.io/[a-z-]+ => ./staging' "$module/go.mod" | awk -v to=v$staging '{ print "replace " $1 " => " $1 " " to }'
} >go.mod
cp "$module/go.sum" go.sum
chmod u+w go.sum
cat >packages.go <<'END'
//go:build packages

package conformance

import (
	_ "github.com/onsi/ginkgo/v2/ginkgo"
	_ "k8s.io/kubernetes/test/e2e"
	_ "k8s.io/kubernetes/test/images/agnhost"
	_ "k8s.io/sample-apiserver"
)
END
go mod tidy -e >tidy.log 2>&1 || { cat tidy.log >&2; exit 1; }

stamp="-s -w -X k8s.io/component-base/version.gitVersion=v$version -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=36"
go test -mod=mod -vet=off -c -ldflags "$stamp" -o e2e.test k8s.io/kubernetes/test/e2e
program() { # name, package
  go build -mod=mod -ldflags '-s -w' -o "$1" "$2"
}
images=k8s.io/kubernetes/test/images
program ginkgo github.com/onsi/ginkgo/v2/ginkgo
program agnhost $images/agnhost
program nnp $images/nonewprivs
program consumer $images/resource-consumer
program consume-cpu $images/resource-consumer/consume-cpu
program regression-issue-74839 $images/regression-issue-74839
program sample-apiserver k8s.io/sample-apiserver
cp -r "$module/test/images/kitten/html" kitten
cp -r "$module/test/images/nautilus/html" nautilus
cp "$module/test/images/agnhost/porter/"localhost.* .
chmod -R u+w kitten nautilus localhost.*
echo $version >built
