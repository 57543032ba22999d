#!/usr/bin/env bash
# Runs the browser table and web-platform-tests in every browser, and prints one line for each.
set -euo pipefail
cd "$(dirname "$0")/.."
.ci/install-tool geckodriver 0.37.1
# WebKitGTK cannot run without a display.
BROWSER_TESTS=all xvfb-run --auto-servernum cargo test --quiet -p browser-tests --test browsers --test platform_tests -- --nocapture
