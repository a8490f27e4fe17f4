"""The nouns of the house, in the order in which data meets them; frozen, self-checking, NumPy only.

    Annotation   what people said about one (video, query) pair
    Features     what encoders saw and heard, one row a clip
    Query        what is asked, as text and as token states
    Moment       one interval that matches
    Prediction   what a model answers for one (video, query) pair of a data set
    Answer       what a localizer answers to one query about one video file, "it is not here" included
    Findings     all answers about one video file

Axes: T clips, R people who rated, N moments, L words, D width. Times are seconds, intervals are half-open
`[start_s, end_s)`. Arrays that a noun holds are read-only and its own: a caller cannot change what another one sees.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float32] | NDArray[np.float64]


def frozen(value: ArrayLike, dtype: type, ndim: int, name: str) -> NDArray[Any]:
    """A read-only array of the stated type and number of axes that nobody else can write to.

    It is a copy, but for an array of that type whose memory is read-only already: to hand over a large one without a
    copy, set its `flags.writeable` to False first.

    Raises:
        ValueError: another number of axes.
    """
    fixed = isinstance(value, np.ndarray) and _is_fixed(value)
    array = np.asarray(value, dtype) if fixed else np.array(value, dtype)
    if array.ndim != ndim:
        raise ValueError(f"{name}: found {array.ndim} axes {array.shape}, expected {ndim}")
    array.flags.writeable = False
    return array


def _is_fixed(array: NDArray[Any]) -> bool:
    """Whether neither the array nor any array that it is a view of can be written to."""
    owner: object = array
    while isinstance(owner, np.ndarray):
        if owner.flags.writeable:
            return False
        owner = owner.base
    return owner is None or isinstance(owner, bytes)


@dataclass(frozen=True, slots=True)
class Annotation:
    """What people said about one (video, query) pair.

    Attributes:
        video_id: the video's name in its data set.
        query_id: what tells queries apart; the video's name where there is one query a video.
        query: the sentence, or None (YouTube Highlights has none).
        duration_s: length of the video in seconds, or None where the data set does not tell.
        clip_s: length of a clip in seconds.
        windows_s: float64 `[N, 2]`, the true moments as `[start_s, end_s)`, or None (no moment labels).
        ratings_TR: float32 `[T, R]`, each person's rating of each clip in the data set's own scale
            (TVSum 1..5 from 20 people, YouTube −1/0/1 from one, QVHighlights 0..4 from three), or None.
    """

    video_id: str
    query_id: str
    query: str | None
    duration_s: float | None
    clip_s: float
    windows_s: NDArray[np.float64] | None = None
    ratings_TR: NDArray[np.float32] | None = None

    def __post_init__(self) -> None:
        if self.windows_s is not None:
            windows = frozen(np.asarray(self.windows_s, np.float64).reshape(-1, 2), np.float64, 2, "windows_s")
            object.__setattr__(self, "windows_s", windows)
        if self.ratings_TR is not None:
            object.__setattr__(self, "ratings_TR", frozen(self.ratings_TR, np.float32, 2, "ratings_TR"))


@dataclass(frozen=True, slots=True)
class Features:
    """What encoders saw and heard, on one clip grid.

    Attributes:
        clip_s: length of a clip in seconds.
        video_TD: float32 `[T, Dv]`, or None.
        audio_TD: float32 `[T, Da]`, or None. At least one of the two is there, and both have the same T.
    """

    clip_s: float
    video_TD: NDArray[np.float32] | None
    audio_TD: NDArray[np.float32] | None

    def __post_init__(self) -> None:
        if self.video_TD is None and self.audio_TD is None:
            raise ValueError("Features: found neither video nor audio, expected at least one of them")
        for name in ("video_TD", "audio_TD"):
            value = getattr(self, name)
            if value is not None:
                object.__setattr__(self, name, frozen(value, np.float32, 2, name))
        if self.video_TD is not None and self.audio_TD is not None and len(self.video_TD) != len(self.audio_TD):
            raise ValueError(f"Features: video has {len(self.video_TD)} clips and audio {len(self.audio_TD)}")

    @property
    def num_clips(self) -> int:
        """T, the number of clips."""
        present = self.video_TD if self.video_TD is not None else self.audio_TD
        assert present is not None
        return len(present)

    def __repr__(self) -> str:
        video = "none" if self.video_TD is None else "×".join(map(str, self.video_TD.shape))
        audio = "none" if self.audio_TD is None else "×".join(map(str, self.audio_TD.shape))
        return f"Features(video {video}, audio {audio}, clip_s={self.clip_s:g})"


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked.

    Attributes:
        text: the sentence.
        tokens_LD: float32 `[L, Dq]`, one state a token, from the text encoder that the model was trained with.
    """

    text: str
    tokens_LD: NDArray[np.float32]

    def __post_init__(self) -> None:
        object.__setattr__(self, "tokens_LD", frozen(self.tokens_LD, np.float32, 2, "tokens_LD"))

    def __repr__(self) -> str:
        return f"Query({self.text!r}, {len(self.tokens_LD)} tokens)"


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """One interval `[start_s, end_s)` in seconds with its score."""

    start_s: float
    end_s: float
    score: float


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a model answers for one (video, query) pair.

    Attributes:
        video_id: the video's name in its data set.
        query_id: the query's name, as in `Annotation`.
        windows_N3: float64 `[N, 3]` rows `start_s, end_s, score` in the order in which they were listed, or None
            where the model does not say moments (an empty array says "nothing matches").
        saliency_T: float64 `[T]`, one score a clip, or None.
    """

    video_id: str
    query_id: str
    windows_N3: NDArray[np.float64] | None = None
    saliency_T: NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        if self.windows_N3 is not None:
            windows = frozen(np.asarray(self.windows_N3, np.float64).reshape(-1, 3), np.float64, 2, "windows_N3")
            object.__setattr__(self, "windows_N3", windows)
        if self.saliency_T is not None:
            object.__setattr__(self, "saliency_T", frozen(self.saliency_T, np.float64, 1, "saliency_T"))

    @property
    def moments(self) -> tuple[Moment, ...]:
        """The windows as values, in the listed order."""
        if self.windows_N3 is None:
            return ()
        return tuple(Moment(*row) for row in self.windows_N3.tolist())


@dataclass(frozen=True, slots=True)
class Answer:
    """What a localizer answers to one query about one video.

    Attributes:
        query: the sentence, or None (what is interesting here?).
        present: the calibrated probability, in [0, 1], that the video shows what the query asks for; 1 without a query.
            Networks that nothing calibrates (UMT's) give what their head says, or the highest score of a moment,
            instead, and findings warn of it.
        moments: what matches best, best first; scores in [0, 1], comparable between videos. They are listed whatever
            `present` says: the reader decides where to draw the line.
        saliency_T: float64 `[T]` in [0, 1], how well each clip matches (or, without a query, how interesting it is).
    """

    query: str | None
    present: float
    moments: tuple[Moment, ...]
    saliency_T: NDArray[np.float64]

    def __post_init__(self) -> None:
        object.__setattr__(self, "saliency_T", frozen(self.saliency_T, np.float64, 1, "saliency_T"))
        if not 0 <= self.present <= 1:
            raise ValueError(f"Answer: present is {self.present}, expected a probability")

    def as_prediction(self, video_id: str, query_id: str) -> Prediction:
        """The same under a data set's names, as metrics take it."""
        rows_N3 = np.array([(moment.start_s, moment.end_s, moment.score) for moment in self.moments]).reshape(-1, 3)
        return Prediction(video_id, query_id, rows_N3, self.saliency_T)


@dataclass(frozen=True, slots=True)
class Findings:
    """All answers about one video file.

    Attributes:
        video: the file's path as the user gave it.
        duration_s: its length in seconds.
        clip_s: length of a clip in seconds; every answer has one saliency score a clip.
        model: name of the model that answered.
        answers: one for each query, in the order asked.
        warnings: what the user should know, e.g. which seconds could not be decoded.
    """

    video: str
    duration_s: float
    clip_s: float
    model: str
    answers: tuple[Answer, ...]
    warnings: tuple[str, ...] = ()
