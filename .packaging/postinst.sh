#!/bin/sh
# Runs after the package is installed or upgraded.
set -e
if [ "$1" = configure ] && ! getent passwd newsmap >/dev/null; then
	useradd --system --user-group --home-dir /var/lib/newsmap --no-create-home --shell /usr/sbin/nologin newsmap
fi
if [ "$1" = configure ] && [ -d /run/systemd/system ]; then
	systemctl daemon-reload
	if [ -n "$2" ]; then # an upgrade from version $2
		systemctl try-restart newsmap.service
	else
		echo 'newsmap is installed. Its settings are in /etc/newsmap/environment. To start it, run'
		echo '    systemctl enable --now newsmap'
	fi
fi
