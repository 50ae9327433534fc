#!/bin/sh
# Runs after the package is removed or purged. Stories in /var/lib/newsmap stay, and so
# does the user that owns them.
set -e
if [ "$1" = purge ] && [ ! -e /var/lib/newsmap ] && getent passwd newsmap >/dev/null; then
	userdel newsmap
fi
if [ -d /run/systemd/system ]; then
	systemctl daemon-reload
fi
