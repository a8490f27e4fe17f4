"""One script for each speed claim; each prints ratios measured in one run."""
