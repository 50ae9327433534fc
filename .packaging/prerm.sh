#!/bin/sh
# Runs before the package is removed or upgraded.
set -e
if [ "$1" = remove ] && [ -d /run/systemd/system ]; then
	systemctl disable --now newsmap.service
fi
