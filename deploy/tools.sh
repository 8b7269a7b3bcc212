# Sourced by test.sh: finds or installs what the tests use.

# may_install answers how packages can be installed: empty when they cannot.
installer() {
	if [ "$(uname)" = Darwin ]; then
		command -v brew >/dev/null && echo brew # written for macOS, not tried there
	elif command -v apt-get >/dev/null; then
		if [ "$(id -u)" = 0 ]; then
			echo "apt-get"
		elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
			echo "sudo -n apt-get"
		fi
	fi
}

have_postgres() {
	command -v initdb >/dev/null && command -v postgres >/dev/null && return 0
	ls /usr/lib/postgresql/*/bin/initdb /opt/homebrew/opt/postgresql@*/bin/initdb /usr/local/opt/postgresql@*/bin/initdb >/dev/null 2>&1
}

have_chromium() {
	command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null ||
		[ -x "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" ]
}

need_tools() {
	packages=""
	brews=""
	missing=""
	want() { # what, Debian packages, Homebrew formulas
		missing="$missing $1"
		packages="$packages $2"
		brews="$brews $3"
	}
	have_postgres || want "Postgres 15 or later" "postgresql" "postgresql@17"
	have_chromium || want "Chromium" "chromium fonts-dejavu-core" "--cask:chromium"
	command -v xmllint >/dev/null || want "xmllint" "libxml2-utils" "libxml2"
	command -v curl >/dev/null || want "curl" "curl" "curl"
	command -v gcc >/dev/null || command -v clang >/dev/null || want "a C compiler (for the race detector)" "gcc libc6-dev" ""
	{ command -v node >/dev/null && command -v npm >/dev/null; } || want "Node.js with npm" "nodejs npm" "node"
	[ -z "$missing" ] && return 0
	how=$(installer)
	if [ -z "$how" ]; then
		echo "The tests need:$missing."
		echo "As an administrator: apt-get install -y$packages"
		exit 1
	fi
	echo "Installing for the tests:$missing"
	if [ "$how" = brew ]; then
		for b in $brews; do
			case $b in --cask:*) brew install --cask "${b#--cask:}" ;; *) brew install "$b" ;; esac
		done
		return
	fi
	DEBIAN_FRONTEND=noninteractive $how update -qq
	# No recommendations: Postgres would bring a running server, which we stop nobody from having.
	DEBIAN_FRONTEND=noninteractive $how install -y -qq --no-install-recommends $packages >/dev/null
}

# need_axe fetches axe-core, with which the browser tests check accessibility, at
# the version and checksum that web/testdata/axe pins. It is part of nothing else.
need_axe() {
	at=web/testdata/axe
	[ -f $at/node_modules/axe-core/axe.min.js ] && [ $at/node_modules/axe-core/package.json -nt $at/package-lock.json ] && return 0
	npm ci --prefix $at --no-audit --no-fund --ignore-scripts --loglevel=error >/dev/null && touch $at/node_modules/axe-core/package.json
}
