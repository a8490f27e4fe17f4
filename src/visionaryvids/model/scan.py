"""The joint network on a video of any length, with the encoders that it was trained for: released models, and ours.

A video that is longer than what the network was trained on is cut into stretches that overlap by half. Every stretch is
looked at; scores of clips are blended, and moments are merged, as in `answer.py`. A video of one stretch is answered
exactly as `decode.py` does, but for moments that overlap by half, of which only the best stays.

Axes: S stretches in one pass, T clips of the video, W clips of a stretch, N moments.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from visionaryvids.data.batch import Batch
from visionaryvids.data.prepare import prepared, stretch_clips, with_silence
from visionaryvids.errors import ConfigError
from visionaryvids.model.answer import CANDIDATES, CUT_ROWS, PAIRS_AT_ONCE, whole_moments
from visionaryvids.model.calibration import Line
from visionaryvids.model.decode import moment_candidates, saliency_scores
from visionaryvids.model.matcher import stretch_starts
from visionaryvids.model.moments import highlights, merged
from visionaryvids.model.network import Network, Outputs
from visionaryvids.model.stretches import blend
from visionaryvids.types import Answer, Features, Query

ALWAYS_ANSWERS = (
    "this model answers whether or not the video shows what is asked for: `present` is only the highest score that it "
    "gave, not a probability"
)
UNCALIBRATED = (
    "`present` is what this model's own head says, not calibrated: its order tells more than its numbers; "
    "`train custom` calibrates on a split val"
)
UNASKED = "this model was trained with the video's title as the query: find VIDEO TITLE is what it can do best"
SILENT = "there is no sound to go by: the model, which was trained with it, gets rows of zeros"


@dataclass(frozen=True, slots=True)
class NetworkBrain:
    """A joint network and what its features are like.

    Attributes:
        network: in evaluation mode, on the processor.
        encoders: name of the encoder set that its features come from.
        clips: how many it sees at once; None for as many as is usual with these encoders.
        line: what calibrates `present`, or None.
    """

    network: Network
    encoders: str
    clips: int | None = None
    line: Line | None = None

    def caveats(self, queries: Sequence[str | None]) -> tuple[str, ...]:
        """What the user should know of answers to such queries.

        Raises:
            ConfigError: a sentence, and the network reads none; or none, and it says moments for sentences.
        """
        config, asked = self.network.config, [query for query in queries if query is not None]
        unasked = len(asked) < len(queries)
        if asked and not config.query_dim:
            found = f"{asked[0]!r}, for a model that reads no sentences"
            raise ConfigError("QUERY", found, "nothing", "use `visionaryvids highlights VIDEO`, or another model")
        if unasked and config.query_dim and config.moments:
            remedy = "use `visionaryvids find VIDEO SENTENCE`, or another model"
            raise ConfigError("QUERY", "nothing is asked, of a model for sentences", "a sentence", remedy)
        said = UNCALIBRATED if config.presence else ALWAYS_ANSWERS
        always = (said,) if asked and self.line is None else ()
        return (*always, UNASKED) if unasked and config.query_dim else always

    def watch(self, features: Features) -> Scan:
        """The video as the network sees it.

        Args:
            features: as extracted by the encoder set.
        """
        ready, width = prepared(features, self.encoders), self.network.config.audio_dim
        if width and ready.audio_TD is None:
            return self.scan(with_silence(ready, width), (SILENT,))
        return self.scan(ready)

    def scan(self, ready: Features, warnings: tuple[str, ...] = ()) -> Scan:
        """The same for rows that are prepared already, as those of examples are.

        Args:
            ready: as the network expects them.
            warnings: what the user should know of them.
        """
        usual = self.clips or stretch_clips(self.encoders, ready.clip_s)
        length = min(usual, self.network.config.max_clips, ready.num_clips)
        return Scan(self.network, ready, length, warnings, self.line)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the network says of one stretch for one query.

    Attributes:
        start: the stretch's first clip.
        saliency_W: in [0, 1], or None (no such head).
        moments_N3: start and end in clips of the video, score in [0, 1]; none without such a head.
        presence: in [0, 1], or None (no such head).
    """

    start: int
    saliency_W: NDArray[np.float32] | None
    moments_N3: NDArray[np.float64]
    presence: float | None


@dataclass(frozen=True, slots=True)
class Scan:
    """A video that the network can be asked about.

    Attributes:
        network: looks.
        features: as it expects them.
        length: W.
        warnings: what the user should know of the features.
        line: what calibrates `present`, or None.
    """

    network: Network
    features: Features
    length: int
    warnings: tuple[str, ...]
    line: Line | None = None

    def answer(self, asked: Sequence[Query | None], *, duration_s: float, top: int) -> tuple[Answer, ...]:
        """An answer for each query, in order; see `Watched`.

        `present` of a network without presence head is the highest score of a moment, or of a clip where it says none;
        of either kind it is a probability only where a line calibrates it.
        """
        return tuple(self._answer(query, duration_s, top) for query in asked)

    def _answer(self, query: Query | None, duration_s: float, top: int) -> Answer:
        seen, clip_s = list(self._look(query)), self.features.clip_s
        moments_N3 = np.concatenate([each.moments_N3 for each in seen])
        curve_T = self._curve(seen, moments_N3)
        if self.network.config.moments:
            moments = merged(moments_N3, clip_s, duration_s, top)
        else:
            moments = highlights(curve_T, clip_s, duration_s, top)
        sure = [each.presence for each in seen if each.presence is not None]
        highest = max(sure or [moment.score for moment in moments] or [float(curve_T.max())])
        present = highest if self.line is None else self.line.probability(highest)
        return Answer(query.text, present, moments, curve_T) if query else Answer(None, 1.0, moments, curve_T)

    def _curve(self, seen: Sequence[Seen], moments_N3: NDArray[np.float64]) -> NDArray[np.float64]:
        """A score a clip: the network's own, or else that of the best moment that covers it."""
        curve_T = np.zeros(self.features.num_clips)
        scores = [(each.start, each.saliency_W) for each in seen if each.saliency_W is not None]
        for start, end, score in moments_N3[moments_N3[:, 2].argsort()].tolist() if not scores else ():
            curve_T[round(start) : round(end)] = score
        return blend(curve_T, scores)

    @torch.no_grad()
    def _look(self, query: Query | None) -> Iterator[Seen]:
        """Every stretch, in the order of time."""
        starts = stretch_starts(self.features.num_clips, self.length)
        for first in range(0, len(starts), PAIRS_AT_ONCE):
            some = starts[first : first + PAIRS_AT_ONCE]
            yield from self._seen(some, self.network(self._batch(some, query)))

    def _batch(self, starts: Sequence[int], query: Query | None) -> Batch:
        """Stretches side by side; all have the same length, so nothing is padded."""
        tokens_BLD = None if query is None else _tensor(query.tokens_LD).expand(len(starts), -1, -1)
        return Batch(
            ids=("",) * len(starts),
            clip_s=self.features.clip_s,
            video_BTD=self._stretches(self.features.video_TD, starts),
            audio_BTD=self._stretches(self.features.audio_TD, starts),
            mask_BT=torch.ones(len(starts), self.length, dtype=torch.bool),
            query_BLD=tokens_BLD,
            query_mask_BL=None if tokens_BLD is None else torch.ones(tokens_BLD.shape[:2], dtype=torch.bool),
            padded=False,
            query_padded=False,
        )

    def _stretches(self, rows_TD: NDArray[np.float32] | None, starts: Sequence[int]) -> Tensor | None:
        if rows_TD is None:
            return None
        return torch.stack([_tensor(rows_TD[start : start + self.length]) for start in starts])

    def _seen(self, starts: Sequence[int], outputs: Outputs) -> Iterator[Seen]:
        """The network's outputs, a value a stretch."""
        nothing, compat = [None] * len(starts), self.network.config.compat
        saliency = nothing if outputs.saliency_BT is None else saliency_scores(outputs).numpy()
        presence = nothing if outputs.presence_B is None else outputs.presence_B.sigmoid().tolist()
        moments_SN3 = np.zeros((len(starts), 0, 3))
        if outputs.center_BT is not None:  # with a second a clip, moments are in clips
            moments_SN3 = moment_candidates(outputs, 1.0, compat, CANDIDATES).double().numpy()
        for start, saliency_W, moments_N3, sure in zip(starts, saliency, moments_SN3, presence, strict=True):
            kept_N3 = _kept(moments_N3, start, self.length, self.features.num_clips)
            yield Seen(start, saliency_W, kept_N3, sure)


def _kept(moments_N3: NDArray[np.float64], start: int, length: int, num_clips: int) -> NDArray[np.float64]:
    """The moments of a stretch in clips of the video, without those that its edge cuts and another stretch sees whole.

    Longer ones than what two stretches share may be whole in none, so they are kept as they are seen.
    """
    long_N = moments_N3[:, 1] - moments_N3[:, 0] > (length + 1) // 2 - 2 * CUT_ROWS
    whole_N3 = whole_moments(moments_N3[~long_N], start, length, num_clips, 1)
    return np.concatenate([whole_N3, moments_N3[long_N] + (start, start, 0)])


def _tensor(rows: NDArray[np.float32]) -> Tensor:
    return torch.from_numpy(rows.copy())  # PyTorch warns of arrays that may not be written to
