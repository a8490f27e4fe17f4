"""A small TVSum of made-up features, for whatever is tried on domains."""

import pytest

from visionaryvids.data import tvsum
from visionaryvids.data.synthetic import write_tvsum
from visionaryvids.recipes.heldout.folds import Domain


@pytest.fixture(scope="session")
def tvsum_root(tmp_path_factory):
    """Its folder."""
    folder = tmp_path_factory.mktemp("tvsum")
    write_tvsum(folder, width=24, clips=(14, 20))
    return folder


@pytest.fixture(scope="session")
def domain(tvsum_root):
    """Its domain BK."""
    split = tvsum.split("BK", tvsum_root)
    return Domain("BK", tvsum.load(tvsum_root, split.train), tvsum.load(tvsum_root, split.test))
