"""The product in real Chromium. A package, so that one browser serves it and is gone before other tests begin."""
