"""What every test runs under.

One thread a process, since pytest already runs a process a core. Property tests try the same examples on every run, so
that a change is judged by the change; `make test-all` explores new ones (HYPOTHESIS_PROFILE=explore).
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before anything imports torch; spinning threads starve each other

from hypothesis import settings

settings.register_profile("steady", derandomize=True)
settings.register_profile("explore", derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))
