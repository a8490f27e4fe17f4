"""The model `text-track`: where in a video words are said, or frames described, that mean what a sentence asks.

Rows of `features/text_track.py` lie in the sentence encoder's own space, so a sentence is compared with them as it is.
Two kinds of tracks want two kinds of answers:

    captions   each clip has a text of its own, often a wrong one, and a moment is a run of them ─► the trained head
    speech     a sentence lasts over several clips and is said once                             ─► cosine similarity

Where nothing is said, nothing is found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from visionaryvids.errors import ConfigError
from visionaryvids.features.text_track import SPEC, said
from visionaryvids.model.brain import Brain, MatcherBrain, Watched
from visionaryvids.model.matcher_file import load_matcher
from visionaryvids.model.zero_shot import CosineBrain
from visionaryvids.types import Answer, Features, Query

NAME = "text-track"
WEIGHTS = Path(__file__).parent / "weights" / "text-track.safetensors"


LASTING = 0.3
"""A track is speech if this share of neighbouring clips have one and the same row, or are silent. In 95 % of videos of
QVHighlights at most 0.13 of the captions do; in talks and films with subtitles about 0.85 of the rows."""


def head() -> MatcherBrain:
    """The head that is shipped, trained on captions (`recipes/text_track`).

    Raises:
        CheckpointError: the file is damaged.
        ConfigError: it was trained on other features.
    """
    matcher = load_matcher(WEIGHTS)
    matcher.spec.refuse_other(SPEC, str(WEIGHTS))
    return MatcherBrain(matcher)


@dataclass(frozen=True, slots=True)
class TextTrackBrain:
    """A `Brain` for words.

    Attributes:
        captions: answers about tracks with a text for each clip.
        speech: answers about tracks whose sentences last.
    """

    captions: Brain
    speech: Brain = field(default_factory=CosineBrain)

    def caveats(self, queries: Sequence[str | None]) -> tuple[str, ...]:
        """What the head says.

        Raises:
            ConfigError: nothing is asked; words tell no highlights.
        """
        if None in queries:
            raise ConfigError(f"--model {NAME}", "nothing is asked", "a sentence", "highlights need --model lite")
        return self.captions.caveats(queries)

    def watch(self, features: Features) -> Watched:
        """The view of who answers about such a track, or silence."""
        rows_TD = features.video_TD
        assert rows_TD is not None
        if not said(rows_TD).any():
            return Silence(features.num_clips)
        return (self.speech if is_speech(rows_TD) else self.captions).watch(features)


def is_speech(rows_TD: NDArray[np.float32]) -> bool:
    """Whether sentences last over several clips, as those that people say do."""
    same_T = (rows_TD[1:] == rows_TD[:-1]).all(axis=1)
    return len(same_T) > 0 and float(same_T.mean()) >= LASTING


@dataclass(frozen=True, slots=True)
class Silence:
    """A track in which nothing is said.

    Attributes:
        num_clips: T.
        warnings: says so.
    """

    num_clips: int
    warnings: tuple[str, ...] = ("no words in the text track",)

    def answer(self, asked: Sequence[Query | None], *, duration_s: float, top: int) -> tuple[Answer, ...]:  # noqa: ARG002
        """Nothing of what is asked is there."""
        return tuple(Answer(query.text if query else None, 0.0, (), np.zeros(self.num_clips)) for query in asked)
