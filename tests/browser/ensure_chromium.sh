#!/bin/sh
# The browser tests need Chromium; where it cannot be had they are skipped, and this says so.
if command -v chromium >/dev/null 2>&1; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing Chromium for the browser tests (once) …"
  (apt-get update -qq && apt-get install -y -qq chromium fonts-noto-cjk fonts-noto-color-emoji) >/dev/null 2>&1 && exit 0
fi
echo "SKIPPED: the browser tests, because Chromium is not installed (Debian: apt-get install chromium fonts-noto-cjk)."
