"""A recipe for the `lite` head in small: forty clips with few numbers, a text encoder that spells, ten classes."""

import zlib

from tests.model.samples import QUERY, VIDEO, rows
from visionaryvids.data.captioned import CaptionedClip
from visionaryvids.recipes.lite import material
from visionaryvids.recipes.lite.material import Material, prepare
from visionaryvids.training.alignment import Classes
from visionaryvids.types import Query

CLIPS, HELD_BACK = 40, 8


def text(sentences):
    """Sentences as numbers that depend on every letter."""
    return [Query(each, rows(3, QUERY, zlib.crc32(each.encode()))) for each in sentences]


def clip(index, seed=0):
    shown = rows(1, VIDEO, 1000 + index + seed) + 0.3 * rows(10 + index % 5, VIDEO, index + seed)
    return CaptionedClip(f"clip {index}", f"what {index} shows, {seed}", shown)


def shrink(monkeypatch) -> None:
    """Hold back a few clips only, and know a few classes only."""
    known = Classes(rows(10, VIDEO, 1), rows(1, 10, 2)[0], rows(10, QUERY, 3))
    monkeypatch.setattr(material, "HELD_BACK", HELD_BACK)
    monkeypatch.setattr(material, "class_knowledge", lambda _: known)


def prepared(*changed: int) -> Material:
    """All clips; some of them show and say something else."""
    return prepare([clip(index, seed=500 if index in changed else 0) for index in range(CLIPS)], text)
