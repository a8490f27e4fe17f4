"""Encode a video once, ask it many things.

    localizer = Localizer.load()                     # model `lite`: nothing to download
    video = localizer.encode(Path("holiday.mp4"))    # the slow step; cached by the file's content
    findings = localizer.search(video, ["a dog runs into the sea", None])   # milliseconds a query

A long video is searched from coarse to fine: similarities of all clips first (a matrix product), then the network on
the `MAX_LOOKS` stretches that are most alike to the query. Stretches overlap by half and their answers are merged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from visionaryvids.errors import unknown_name
from visionaryvids.features.cache import FeatureCache, extract_cached
from visionaryvids.features.encoder import EncoderSet
from visionaryvids.features.lite import lite
from visionaryvids.intervals import join_cut, nms, windows_from_clips
from visionaryvids.model.config import Compat
from visionaryvids.model.decode import moment_candidates
from visionaryvids.model.matcher import Calibration, Comparison, Footage, Matcher
from visionaryvids.model.matcher_file import load_matcher
from visionaryvids.model.network import Outputs
from visionaryvids.types import Answer, Features, Findings, Moment

MAX_LOOKS = 12
"""Stretches of a video that the network looks at for one query."""
PAIRS_AT_ONCE = 32
"""Pairs of a query and a stretch in one pass of the network; bounds memory."""
CANDIDATES = 20
"""Moments that one stretch may propose."""
SAME_MOMENT = 0.5
"""Moments that overlap by more are one."""
SMOOTH_CLIPS = 5
HIGHLIGHT_SHARE = 0.7
"""Without a query, a moment is a run of clips that reach this share of the way from the median to the highest score."""

OnProgress = Callable[[float, float], None]


@dataclass(frozen=True, slots=True)
class EncodedVideo:
    """A video that can be asked.

    Attributes:
        path: as the user gave it.
        duration_s: its length in seconds.
        features: one row a clip.
        footage: what the model knows of it before any query.
        warnings: what the user should know, e.g. which seconds could not be decoded.
    """

    path: Path
    duration_s: float
    features: Features
    footage: Footage
    warnings: tuple[str, ...]

    @property
    def clip_s(self) -> float:
        """Length of a clip in seconds."""
        return self.features.clip_s

    @property
    def num_clips(self) -> int:
        """T."""
        return self.features.num_clips


@dataclass(frozen=True, slots=True)
class Localizer:
    """Encoders and a matcher that belong together.

    Attributes:
        name: of the model, for findings.
        encoders: what looks, listens and reads.
        matcher: what compares.
        cache: where features are kept, or None.
    """

    name: str
    encoders: EncoderSet
    matcher: Matcher
    cache: FeatureCache | None

    @classmethod
    def load(cls, model: str | Path = "lite", *, cache: bool | Path = True) -> Localizer:
        """A localizer by the name of its model, or from a file of `save_matcher` made for the same encoders.

        Args:
            model: `lite`, or a path that ends in .safetensors.
            cache: True for the user's own cache, False for none, or its folder.

        Raises:
            ConfigError: no such model, or one that was trained on other features.
            CheckpointError: the file is not a matcher.
        """
        if isinstance(model, str) and model != "lite" and not model.endswith(".safetensors"):
            raise unknown_name("--model", model, ["lite"])
        encoders = lite()
        matcher = load_matcher(LITE_WEIGHTS if model == "lite" else Path(model))
        matcher.spec.refuse_other(encoders.spec, str(model))
        folder = FeatureCache.default() if cache is True else FeatureCache(Path(cache)) if cache else None
        return cls("lite" if model == "lite" else Path(model).stem, encoders, matcher, folder)

    def encode(self, video: Path, *, on_progress: OnProgress | None = None) -> EncodedVideo:
        """Look at and listen to a whole video, or take from the cache what an earlier call found.

        Args:
            video: any file that can be decoded.
            on_progress: told of the seconds that are done, and of all of them.

        Raises:
            MediaError: the file cannot be opened or decoded.
        """
        extracted = extract_cached(video, self.encoders, self.cache, on_progress=on_progress)
        footage = self.matcher.watch(extracted.features)
        return EncodedVideo(video, extracted.duration_s, extracted.features, footage, extracted.warnings)

    def search(self, video: EncodedVideo, queries: Sequence[str | None], *, top: int = 10) -> Findings:
        """Answer queries about a video; None asks what is interesting.

        Args:
            video: from `encode`.
            queries: sentences, or None.
            top: the most moments of one answer.
        """
        sentences = iter(self.encoders.text([query for query in queries if query is not None]))
        asked = [None if query is None else next(sentences) for query in queries]
        comparison = self.matcher.compare(video.footage, asked)
        answers = list(_answers(self.matcher, video, comparison, queries, top))
        return Findings(str(video.path), video.duration_s, video.clip_s, self.name, tuple(answers), video.warnings)


LITE_WEIGHTS = Path(__file__).parent / "model" / "weights" / "lite.safetensors"


@dataclass(frozen=True, slots=True)
class _Look:
    """What the network said of one stretch for one query: P pairs of them are looked at together.

    Attributes:
        start: the stretch's first clip.
        presence: logit.
        saliency_W: in [0, 1].
        moments_N3: start and end in clips of the video, logit.
    """

    start: int
    presence: float
    saliency_W: NDArray[np.float32]
    moments_N3: NDArray[np.float64]


def _answers(
    matcher: Matcher, video: EncodedVideo, comparison: Comparison, queries: Sequence[str | None], top: int
) -> Iterator[Answer]:
    """An answer for each query, in order."""
    smooth_QT = _smooth(comparison.similarities[0])
    pairs = _pairs(smooth_QT, video.footage)
    looks: list[list[_Look]] = [[] for _ in queries]
    for query, look in _look_at(matcher, video.footage, comparison, pairs):
        looks[query].append(look)
    coarse_QT = Calibration.apply_to(smooth_QT, matcher.calibration.coarse).numpy()
    for query, coarse_T, seen in zip(queries, coarse_QT, looks, strict=True):
        saliency_T = blend(coarse_T.astype(np.float64), [(look.start, look.saliency_W) for look in seen])
        if query is None:
            yield Answer(None, 1.0, highlights(saliency_T, video.clip_s, video.duration_s, top), saliency_T)
        else:
            present, moments = _judge(matcher.calibration, seen, video, top)
            yield Answer(query, present, moments, saliency_T)


def _pairs(smooth_QT: Tensor, footage: Footage) -> Tensor:
    """Which stretches the network looks at for which query: int `[P, 2]` of query and stretch."""
    length = footage.relations.mask_BT.size(1)
    best_QS = smooth_QT.unfold(1, length, 1).amax(2)[:, footage.starts_S]
    chosen_QK = best_QS.topk(min(MAX_LOOKS, best_QS.size(1)), dim=1).indices.sort(1).values
    query_QK = torch.arange(len(chosen_QK))[:, None].expand_as(chosen_QK)
    return torch.stack((query_QK, chosen_QK), -1).flatten(0, 1)


def _look_at(
    matcher: Matcher, footage: Footage, comparison: Comparison, pairs_P2: Tensor
) -> Iterator[tuple[int, _Look]]:
    """The network's answers, pair by pair, with the number of the query."""
    for some_P2 in pairs_P2.split(PAIRS_AT_ONCE):
        query_P, stretch_P = some_P2.unbind(1)
        outputs = matcher.look(footage, comparison, query_P, stretch_P)
        for query, start, row in zip(
            query_P.tolist(), footage.starts_S[stretch_P].tolist(), _rows(outputs), strict=True
        ):
            presence, saliency_W, moments_N3 = row
            yield query, _Look(start, presence, saliency_W, moments_N3 + np.array([start, start, 0.0]))


def _rows(outputs: Outputs) -> Iterator[tuple[float, NDArray[np.float32], NDArray[np.float64]]]:
    """Presence logit, saliency in [0, 1], and moments (start, end in clips of the stretch, logit) of each pair."""
    assert outputs.saliency_BT is not None
    assert outputs.presence_B is not None
    moments = moment_candidates(outputs, 1.0, Compat(), CANDIDATES).double()
    moments[..., 2] = moments[..., 2].clamp(1e-7, 1 - 1e-7).logit()
    yield from zip(outputs.presence_B.tolist(), outputs.saliency_BT.sigmoid().numpy(), moments.numpy(), strict=True)


def _judge(
    calibration: Calibration, looks: Sequence[_Look], video: EncodedVideo, top: int
) -> tuple[float, tuple[Moment, ...]]:
    """Whether anything matches, and the moments that match best, in seconds."""
    presence = Calibration.apply_to(torch.tensor(max(look.presence for look in looks)), calibration.presence)
    width = len(looks[0].saliency_W)
    edges = [(look.start, look.start + width) for look in looks]
    joined = join_cut([look.moments_N3 for look in looks], edges, video.num_clips)
    scores = Calibration.apply_to(torch.from_numpy(joined[:, 2]), calibration.moment).numpy()
    kept = nms(np.column_stack([joined[:, :2], scores]), "normal", threshold=SAME_MOMENT)
    seconds = kept[kept[:, 2] > 0][:top] * np.array([video.clip_s, video.clip_s, 1.0])
    seconds[:, :2] = seconds[:, :2].clip(0, video.duration_s)
    moments = tuple(Moment(*row) for row in seconds.tolist() if row[1] > row[0])
    return float(presence), moments


def blend(coarse_T: NDArray[np.float64], looks: Sequence[tuple[int, NDArray[np.float32]]]) -> NDArray[np.float64]:
    """One curve from overlapping stretches: each counts most in its middle, so there are no seams.

    Args:
        coarse_T: what holds where nobody looked.
        looks: first clip and scores of each stretch.
    """
    total, weight = np.zeros_like(coarse_T), np.zeros_like(coarse_T)
    for start, scores_W in looks:
        ramp = np.arange(1, len(scores_W) + 1)
        tent = np.minimum(ramp, ramp[::-1]).astype(np.float64)
        total[start : start + len(tent)] += tent * scores_W
        weight[start : start + len(tent)] += tent
    return np.divide(total, weight, out=coarse_T.copy(), where=weight > 0)


def highlights(saliency_T: NDArray[np.float64], clip_s: float, duration_s: float, top: int) -> tuple[Moment, ...]:
    """The runs of clips that stand out, best first; the score is the highest of the run."""
    middle, highest = float(np.median(saliency_T)), float(saliency_T.max())
    runs_N2 = windows_from_clips(saliency_T >= middle + HIGHLIGHT_SHARE * (highest - middle), 1.0).astype(int)
    scored = [(float(saliency_T[a:b].max()), a * clip_s, min(b * clip_s, duration_s)) for a, b in runs_N2.tolist()]
    return tuple(Moment(a, b, score) for score, a, b in sorted(scored, key=lambda s: (-s[0], s[1]))[:top])


def _smooth(values_QT: Tensor) -> Tensor:
    """A moving mean that repeats the first and the last value at the ends."""
    padded = F.pad(values_QT[:, None], (SMOOTH_CLIPS // 2,) * 2, mode="replicate")
    return F.avg_pool1d(padded, SMOOTH_CLIPS, 1)[:, 0]
