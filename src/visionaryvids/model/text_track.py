"""The model `text-track`: where in a video words are said, or frames described, that mean what a sentence asks.

Rows of `features/text_track.py` lie in the sentence encoder's own space, so a sentence is compared with them as it is.
`head` says what answers; this file adds what holds for every head: where nothing is said, nothing is found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from visionaryvids.errors import ConfigError
from visionaryvids.features.text_track import SPEC, said
from visionaryvids.model.brain import Brain, MatcherBrain, Watched
from visionaryvids.model.matcher_file import load_matcher
from visionaryvids.model.zero_shot import CosineBrain
from visionaryvids.types import Answer, Features, Query

NAME = "text-track"
WEIGHTS = Path(__file__).parent / "weights" / "text-track.safetensors"


def head() -> Brain:
    """What answers: the trained head, if it is there; else cosine similarity.

    Raises:
        CheckpointError: the file is damaged.
        ConfigError: it was trained on other features.
    """
    if not WEIGHTS.exists():
        return CosineBrain()
    matcher = load_matcher(WEIGHTS)
    matcher.spec.refuse_other(SPEC, str(WEIGHTS))
    return MatcherBrain(matcher)


@dataclass(frozen=True, slots=True)
class TextTrackBrain:
    """A `Brain` for words.

    Attributes:
        head: answers about tracks in which something is said.
    """

    head: Brain

    def caveats(self, queries: Sequence[str | None]) -> tuple[str, ...]:
        """What the head says.

        Raises:
            ConfigError: nothing is asked; words tell no highlights.
        """
        if None in queries:
            raise ConfigError(f"--model {NAME}", "nothing is asked", "a sentence", "highlights need --model lite")
        return self.head.caveats(queries)

    def watch(self, features: Features) -> Watched:
        """The head's view, or silence."""
        assert features.video_TD is not None
        return self.head.watch(features) if said(features.video_TD).any() else Silence(features.num_clips)


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
