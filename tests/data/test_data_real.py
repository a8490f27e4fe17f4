"""Facts about the real folders, and that they pass their check."""

import numpy as np
import pytest

from tests.shared import SHARED, needs_shared
from visionaryvids.data import qvhighlights, tvsum, youtube
from visionaryvids.data.check import check

pytestmark = needs_shared
DATA = SHARED / "data"
COUNTS = {"tvsum": (50, 50, 6266), "youtube": (146, 0, 6936), "qvhighlights": (1519, 1550, 113_620)}


@pytest.mark.parametrize("dataset", COUNTS)
def test_real_folders_pass(dataset):
    report = check(dataset, DATA / dataset)
    assert report.problems == ()
    assert (report.videos, report.queries, report.clips) == COUNTS[dataset]
    if dataset == "tvsum":
        assert report.notes == ("kLxoNp-UchI: rgb 64, opt 64, audio 65, labels 64 clips: cut to 64",)


def test_splits_that_the_release_has():
    sizes = {d: youtube.split(d, DATA / "youtube") for d in ("dog", "gymnastics", "parkour")}
    assert {d: (len(s.train), len(s.test)) for d, s in sizes.items()} == {
        "dog": (40, 17),
        "gymnastics": (33, 26),
        "parkour": (19, 11),
    }
    assert {len(videos) for videos in tvsum.domains(DATA / "tvsum").values()} == {5}


@pytest.mark.parametrize("module", [tvsum, youtube], ids=["tvsum", "youtube"])
def test_targets_are_in_zero_to_one(module):
    root = DATA / module.__name__.rsplit(".")[-1]
    for example in module.load(root):
        assert example.saliency_T is not None
        assert example.saliency_T.min() >= 0
        assert example.saliency_T.max() <= 1
        assert example.features.video_TD is not None
        assert example.features.video_TD.shape[1] == 2048


def test_qvhighlights_loads_by_its_split():
    root = DATA / "qvhighlights"
    split = qvhighlights.read_split(root)
    assert len({*split.train, *split.test}) == 1550
    examples = qvhighlights.find_layout(root).load("val", split.test)
    assert len(examples) == len(split.test)
    for example in examples[:20]:
        assert example.features.video_TD is not None
        assert example.features.video_TD.shape[1] == 128
        assert example.features.audio_TD is None
        assert example.query is not None
        assert example.query.tokens_LD.shape[1] == 384
        assert example.saliency_T is not None
        assert np.all((example.saliency_T >= 0) & (example.saliency_T <= 1))
