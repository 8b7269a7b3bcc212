#!/bin/sh
# Generated files are current, formatting and vet are clean, migrations are
# numbered once, and go.mod is tidy.
set -eu
cd "$(dirname "$0")/.."
fail=0
before=$(git status --porcelain -- views)
go tool templ generate -path views >/dev/null 2>&1
if [ "$(git status --porcelain -- views)" != "$before" ]; then
	echo "views: generated files were not current; run 'make generate' and commit"
	fail=1
fi
unformatted=$(git ls-files '*.go' | xargs gofmt -l)
if [ -n "$unformatted" ]; then
	echo "gofmt: $unformatted"
	fail=1
fi
go vet -tags demo ./... || fail=1
go vet -tags browser ./web/... || fail=1
twice=$(ls migrations/*.sql | sed -E 's/.*\/([0-9]+)_.*/\1/' | sort | uniq -d)
if [ -n "$twice" ]; then
	echo "migrations: number used twice: $twice"
	fail=1
fi
go mod tidy -diff >/dev/null || { echo "go.mod: not tidy; run 'go mod tidy'"; fail=1; }
exit $fail
