#!/bin/sh
# Compiles the part of the U.S. Web Design System that Reeve uses into
# static/css/uswds.css, which is committed. Run it only after a change to
# scss/uswds.scss or package.json; needs Node 18 or later.
set -eu
cd "$(dirname "$0")"
# Versions are pinned in package.json; a lock file would name the builds of one platform.
npm install --no-package-lock --no-audit --no-fund --silent
node_modules/.bin/sass --quiet-deps --style=compressed --no-source-map \
  --load-path=node_modules/@uswds/uswds/packages \
  scss/uswds.scss ../css/uswds.css
# Our own icons take the place of its images, so nothing is fetched for them.
sed -i.old -E 's#url\("(\.\./img/[^"]*)?"\)#none#g' ../css/uswds.css && rm ../css/uswds.css.old
cp node_modules/@uswds/uswds/LICENSE.md ../LICENSES/uswds.md
wc -c ../css/uswds.css
