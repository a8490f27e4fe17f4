import pytest

from tests.fetch.server import no_proxy  # noqa: F401


@pytest.fixture(autouse=True)
def _local(no_proxy):  # noqa: F811
    """Every test here talks to its own server and to nobody else."""
