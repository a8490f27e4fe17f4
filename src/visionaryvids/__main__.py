"""`python -m visionaryvids` is `visionaryvids`."""

from visionaryvids.cli import main

main()
