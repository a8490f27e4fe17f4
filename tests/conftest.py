"""What every test runs under: one thread a process, since pytest already runs a process a core."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before anything imports torch; spinning threads starve each other
