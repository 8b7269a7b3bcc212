#!/bin/sh
# All tests. Installs what they need where it may, says what is missing where it
# may not, and leaves nothing running.
set -eu
cd "$(dirname "$0")/.."
. deploy/tools.sh
need_tools

echo "== generated files, formatting, vet"
sh deploy/verify.sh

echo "== tests"
# Packages in which goroutines share state run under the race detector; it makes
# everything several times slower, so the rest runs without. Pages' costs are read at
# a million reports here (some 6 GiB of /dev/shm); by hand it is a hundred thousand.
REEVE_MILLION=1 go test -timeout 14m ./...
echo "== tests of shared state, under the race detector"
go test -race -timeout 10m ./auth/... ./models/store ./models/audit ./models/evidence ./handlers/ispws/
echo "== the journeys in Chromium"
need_axe
go test -tags browser -count=1 -timeout 10m -run 'Browser' ./web/
if [ -n "${MISSING_OPTIONAL:-}" ]; then
	echo "!! NOT TESTED, for want of: $MISSING_OPTIONAL"
fi
