"""Intervals of time: seconds ↔ clips, overlap, and non-maximum suppression. The only time arithmetic in the house.

Conventions: an interval is half-open, `[start_s, end_s)`; clip t covers `[t * clip_s, (t + 1) * clip_s)`; the overlap
of two empty intervals is 0. Axes: B sets, N and M windows, T clips. Nothing here changes its arguments.

References: soft-NMS is Bodla et al., ICCV 2017; the four variants and their defaults are those of UMT's Charades-STA
evaluation (TencentARC/UMT, `datasets/charades.py`).
"""

from __future__ import annotations

from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

Nms = Literal["fast", "normal", "linear", "gaussian"]
"""How overlapping windows are suppressed; see `suppress`."""

NMS_KINDS: tuple[str, ...] = get_args(Nms)

_ROUNDING = 1e-6
"""A duration may miss a whole number of clips by this share of a clip: 0.3 s are three clips of 0.1 s."""


def count_clips(duration_s: float, clip_s: float) -> int:
    """How many whole clips of `clip_s` seconds fit into `duration_s` seconds.

    Raises:
        ValueError: a length is negative or not finite, or `clip_s` is 0.
    """
    if not (0 <= duration_s < np.inf and 0 < clip_s < np.inf):
        raise ValueError(f"found duration_s={duration_s}, clip_s={clip_s}, expected finite lengths above 0")
    return int(duration_s / clip_s + _ROUNDING)


def clip_windows(num_clips: int, clip_s: float) -> NDArray[np.float64]:
    """The interval of each clip: float64 `[T, 2]` in seconds."""
    edges = np.arange(num_clips + 1) * clip_s
    return np.stack([edges[:-1], edges[1:]], axis=1)


def clips_in_windows(windows_s: ArrayLike, num_clips: int, clip_s: float) -> NDArray[np.bool_]:
    """Which clips have their centre inside any of the windows `[N, 2]` (seconds): bool `[T]`."""
    windows = np.asarray(windows_s, np.float64).reshape(-1, 2)
    centres = (np.arange(num_clips) + 0.5) * clip_s
    inside = (windows[:, :1] <= centres) & (centres < windows[:, 1:])
    return np.logical_or.reduce(inside, axis=0)


def windows_from_clips(inside_T: ArrayLike, clip_s: float) -> NDArray[np.float64]:
    """The runs of true clips as windows: float64 `[N, 2]` in seconds, in the order of time."""
    inside = np.asarray(inside_T, bool).astype(np.int8)
    change = np.diff(inside, prepend=0, append=0)
    edges = np.stack([np.flatnonzero(change == 1), np.flatnonzero(change == -1)], axis=1)
    return edges.astype(np.float64) * clip_s


def iou(first: ArrayLike, second: ArrayLike) -> NDArray[np.float64]:
    """Overlap of every window of one set with every window of another one: intersection over union.

    Args:
        first: `[..., N, 2]` or wider (further columns are left alone), seconds.
        second: `[..., M, 2]` or wider, seconds.

    Returns:
        float64 `[..., N, M]` in [0, 1]; 0 where both windows are empty.
    """
    a, b = np.asarray(first, np.float64)[..., :, None, :], np.asarray(second, np.float64)[..., None, :, :]
    shared = np.minimum(a[..., 1], b[..., 1]) - np.maximum(a[..., 0], b[..., 0])
    np.maximum(shared, 0, out=shared)
    union = (a[..., 1] - a[..., 0]) + (b[..., 1] - b[..., 0]) - shared
    return _share(shared, union)


def hull_iou(first: ArrayLike, second: ArrayLike) -> NDArray[np.float64]:
    """Overlap of paired windows `[..., 2]`: intersection over the hull of both, `[...]`.

    The hull is the union where the windows touch, and the overlap is 0 where they do not. It is what R1 rounds with in
    moment_detr's evaluation, so that a window exactly on a threshold falls on the same side.
    """
    a, b = np.asarray(first, np.float64), np.asarray(second, np.float64)
    shared = np.maximum(np.minimum(a[..., 1], b[..., 1]) - np.maximum(a[..., 0], b[..., 0]), 0)
    return _share(shared, np.maximum(a[..., 1], b[..., 1]) - np.minimum(a[..., 0], b[..., 0]))


def _share(part: NDArray[Any], whole: NDArray[Any]) -> NDArray[np.float64]:
    return np.divide(part, whole, out=np.zeros_like(whole), where=whole > 0)


def nms(
    windows_N3: ArrayLike, kind: Nms, threshold: float = 0.3, sigma: float = 0.5, top: int | None = None
) -> NDArray[np.float64]:
    """Windows `[N, 3]` (start, end, score) ranked after suppression, best first, with their new scores.

    `fast` drops windows; the other variants keep all of them, or the first `top`. See `suppress`.
    """
    windows = np.asarray(windows_N3, np.float64).reshape(-1, 3)
    count = len(windows) if top is None else top
    order, scores = suppress(windows[None], kind, count, threshold=threshold, sigma=sigma)
    kept = order[0] >= 0
    return np.concatenate([windows[order[0][kept], :2], scores[0][kept, None]], axis=1)


def suppress(
    windows_BN3: ArrayLike,
    kind: Nms,
    top: int,
    *,
    valid_BN: NDArray[np.bool_] | None = None,
    threshold: float = 0.3,
    sigma: float = 0.5,
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """The `top` windows of each set after suppression, for many sets at once.

    - `fast`: a window goes if one **listed before it** overlaps it by more than `threshold`: list the best first.
    - `normal`: the best window sets the score of those that overlap it by `threshold` or more to 0, and so on.
    - `linear`: it multiplies their scores by 1 − IoU instead.
    - `gaussian`: it multiplies their scores by exp(−IoU² / sigma).

    Of equal scores the first listed one is the best. As a factor is never above 1, windows are chosen in the order of
    their final scores: `top` steps are enough, however many windows there are.

    Args:
        windows_BN3: `[B, N, 3]`, rows start, end, score; all but `fast` need scores ≥ 0.
        kind: the variant.
        top: how many windows to return for each set.
        valid_BN: bool `[B, N]`, false where a row is padding; all are windows by default.
        threshold: IoU above which `fast` and `normal` suppress.
        sigma: width of the `gaussian` factor.

    Returns:
        Indices int `[B, min(top, N)]`, −1 where no window is left, and their scores float64, −inf there.

    Raises:
        ValueError: a score is negative (a factor would raise it; `fast` has none), or `kind` is unknown.
    """
    windows = np.asarray(windows_BN3, np.float64)
    valid = np.ones(windows.shape[:2], bool) if valid_BN is None else valid_BN
    if kind not in NMS_KINDS:
        raise ValueError(f"found nms {kind!r}, expected one of {', '.join(NMS_KINDS)}")
    if kind != "fast" and (windows[..., 2][valid] < 0).any():
        raise ValueError("found a negative score, expected scores of 0 or more, such as probabilities")
    top = min(top, windows.shape[1])
    if kind == "fast":
        return _suppress_fast(windows, valid, top, threshold)
    return _suppress_in_turn(windows, valid, top, kind, threshold, sigma)


def _suppress_fast(
    windows: NDArray[Any], valid: NDArray[np.bool_], top: int, threshold: float
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    covered = np.triu(iou(windows, windows), 1) > threshold
    keep = valid & ~(covered & valid[:, :, None]).any(axis=1)
    scores = np.where(keep, windows[..., 2], -np.inf)
    order = np.argsort(-scores, axis=1, kind="stable")[:, :top]
    best = np.take_along_axis(scores, order, axis=1)
    return np.where(np.isfinite(best), order, -1), best


def _suppress_in_turn(
    windows: NDArray[Any], valid: NDArray[np.bool_], top: int, kind: Nms, threshold: float, sigma: float
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    scores, free, every = windows[..., 2].copy(), valid.copy(), np.arange(len(windows))
    order, best = np.full((len(windows), top), -1), np.full((len(windows), top), -np.inf)
    for step in range(top):
        chosen = np.where(free, scores, -np.inf).argmax(axis=1)
        left = free[every, chosen]
        order[:, step] = np.where(left, chosen, -1)
        best[:, step] = np.where(left, scores[every, chosen], -np.inf)
        free[every, chosen] = False
        overlap = iou(windows[every, chosen][:, None], windows)[:, 0]
        scores *= _factor(overlap, kind, threshold, sigma)
    return order, best


def _factor(overlap: NDArray[np.float64], kind: Nms, threshold: float, sigma: float) -> NDArray[np.float64]:
    """What the score of a window is multiplied by, given its IoU with the window that was just chosen."""
    if kind == "normal":
        return (overlap < threshold).astype(np.float64)
    if kind == "linear":
        return 1 - overlap
    return np.exp(-(overlap**2) / sigma)
