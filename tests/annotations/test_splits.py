"""The static splits: complete, without overlap, and not to be changed."""

import pytest

from visionaryvids.annotations import splits

YOUTUBE_SIZES = {
    "dog": (44, 24),
    "gymnastics": (34, 28),
    "parkour": (21, 11),
    "skating": (24, 11),
    "skiing": (68, 51),
    "surfing": (56, 47),
}


def test_sizes_are_the_published_ones():
    assert {d: (len(s.train), len(s.test)) for d, s in splits.YOUTUBE.items()} == YOUTUBE_SIZES
    assert sorted(splits.TVSUM) == ["BK", "BT", "DS", "FM", "GA", "MS", "PK", "PR", "VT", "VU"]
    assert {(len(s.train), len(s.test)) for s in splits.TVSUM.values()} == {(4, 1)}


@pytest.mark.parametrize("name", ["TVSUM", "YOUTUBE"])
def test_no_video_is_listed_twice(name):
    videos = [v for s in getattr(splits, name).values() for v in (*s.train, *s.test)]
    assert len(videos) == len(set(videos))
    assert {len(v) for v in videos} == {11}


def test_splits_cannot_be_changed():
    with pytest.raises(TypeError):
        splits.TVSUM["BK"] = splits.TVSUM["BT"]  # ty: ignore[invalid-assignment]
    with pytest.raises(AttributeError, match="no attribute 'SUMME'"):
        splits.SUMME  # noqa: B018
