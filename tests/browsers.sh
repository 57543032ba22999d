#!/usr/bin/env bash
# The table of what scripts see, through every browser: one line for each.
set -euo pipefail
cd "$(dirname "$0")/.."
tools=${CARGO_TARGET_DIR:-target}/tools
if ! command -v geckodriver >/dev/null && [ ! -x "$tools/bin/geckodriver" ]; then
    cargo install --quiet geckodriver --version '^0.37' --root "$tools"
fi
# WebKitGTK has no mode without a display.
BROWSER_TESTS=all xvfb-run --auto-servernum cargo test --quiet -p tests --test browsers -- --nocapture
