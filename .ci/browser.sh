#!/usr/bin/env bash
# Chromium for the browser tests: it is there, or it is installed where that is allowed, or we say what is missing.
set -euo pipefail

[ -x /usr/bin/chromium ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "画面の試験に使う Chromium を入れています。"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null
    exit 0
fi
echo "画面の試験には Chromium (/usr/bin/chromium) が必要です。Debian では「sudo apt-get install chromium」で入ります。" >&2
exit 1
