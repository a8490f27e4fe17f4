"""Facts about the real annotation files."""

from collections import Counter

import numpy as np

from tests.shared import SHARED, needs_shared
from visionaryvids.annotations import qvhighlights, splits, tvsum, youtube
from visionaryvids.annotations.jsonfiles import read_json

pytestmark = needs_shared
DATA = SHARED / "data"


def test_tvsum_has_its_fifty_videos_and_twenty_raters():
    annotations = tvsum.read(DATA / "tvsum" / "tvsum_anno.json")
    assert {a.video_id for a in annotations} == {v for s in splits.TVSUM.values() for v in (*s.train, *s.test)}
    for a in annotations:
        assert a.ratings_TR is not None
        assert a.duration_s is not None
        assert a.ratings_TR.shape[1] == 20
        assert abs(len(a.ratings_TR) - a.duration_s / a.clip_s) < 1.5


def test_youtube_has_three_domains_and_labels_of_three_kinds():
    annotations = youtube.read(DATA / "youtube" / "youtube_anno.json")
    assert len(annotations) == 146
    assert Counter(np.concatenate([a.ratings_TR for a in annotations]).ravel().tolist()) == {1: 3537, -1: 2892, 0: 507}


def test_qvhighlights_val_has_1550_queries():
    annotations = qvhighlights.read(DATA / "qvhighlights" / "highlight_val_release.jsonl")
    assert len(annotations) == len({a.query_id for a in annotations}) == 1550
    assert len({a.video_id for a in annotations}) == 1519
    assert all(a.windows_s is not None and a.ratings_TR is not None and a.ratings_TR.any() for a in annotations)


def test_splits_agree_with_the_released_lists():
    for name, published in (("tvsum", splits.TVSUM), ("youtube", splits.YOUTUBE)):
        for domain, lists in read_json(DATA / name / "splits.json").items():
            assert published[domain].train == tuple(lists["train"])
            assert published[domain].test == tuple(lists["val"])
