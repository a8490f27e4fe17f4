"""Where the real data sets are, if this machine has them; tests that read them are skipped elsewhere."""

from pathlib import Path

import pytest

SHARED = Path(__file__).parents[2] / "shared"
needs_shared = pytest.mark.skipif(
    not (SHARED / "data").is_dir(), reason="the real data sets (../shared/data) are not on this machine"
)
