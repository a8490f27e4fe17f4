"""What every test runs under.

One thread a process, since pytest already runs a process a core. Property tests try the same examples on every run, so
that a change is judged by the change; `make test-all` explores new ones (HYPOTHESIS_PROFILE=explore).
"""

import logging
import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before anything imports torch; spinning threads starve each other

import pytest
from hypothesis import settings

settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("explore", derandomize=False, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


@pytest.fixture(autouse=True)
def logging_as_it_was():
    """Commands set up logging for their own process; a test of one must not deafen the next test."""
    logger = logging.getLogger("visionaryvids")
    before = logger.handlers[:], logger.level, logger.propagate
    yield
    logger.handlers[:], level, logger.propagate = before
    logger.setLevel(level)
