"""A localizer that answers by rule, so that what commands print can be told in advance."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from visionaryvids.errors import MediaError
from visionaryvids.types import Answer, Findings, Moment


@dataclass(frozen=True)
class Encoded:
    path: Path
    duration_s: float = 60.0
    clip_s: float = 1.0
    num_clips: int = 60
    warnings: tuple[str, ...] = ()


class FakeLocalizer:
    """Every video lasts a minute. "absent" is in none; anything else is at 10 to 20 s, and faintly at 40 to 50 s."""

    loaded: tuple[tuple[object, object], ...] = ()
    read: tuple[tuple[str | None, str], ...] = ()

    @classmethod
    def load(cls, model="lite", *, encoders=None, device="cpu", cache=True, text_track=None, track_language="en"):
        cls.loaded = (*cls.loaded, (model, encoders, device, cache))
        cls.read = (*cls.read, (text_track, track_language))
        return cls()

    def caveats(self, _):
        return ()

    def encode(self, video, *, on_progress=None):
        if not video.is_file():
            raise MediaError(str(video), "no such file", "a video", "check the name")
        if on_progress is not None:
            on_progress(60.0, 60.0)
        return Encoded(video, warnings=("seconds 30 to 60 are lost",) if "cut" in video.name else ())

    def search(self, encoded, queries, *, top=10):
        answers = tuple(self.answer(query, top) for query in queries)
        return Findings(str(encoded.path), 60.0, 1.0, "lite", answers, encoded.warnings)

    def answer(self, query, top):
        strength = 0.05 if query == "absent" else 1.0
        curve = np.zeros(60)
        curve[10:20] = 0.95 * strength
        moments = (Moment(10.0, 20.0, 0.9 * strength), Moment(40.0, 50.0, 0.3 * strength))
        return Answer(query, 1.0 if query is None else 0.97 * strength, moments[:top], curve)
