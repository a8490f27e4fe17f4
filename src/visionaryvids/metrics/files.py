"""Prediction files: the field's JSON Lines, read with suspicion and written atomically.

A line is one query's answer, in moment_detr's submission format:

    {"qid": 2579, "query": "...", "vid": "NUsG9BgSes0_210.0_360.0",
     "pred_relevant_windows": [[0.0, 70.0, 0.9986], ...], "pred_saliency_scores": [-0.245, ...]}

Conventions:
    At least one of the two answers is there; null says the same as a missing key. Windows: start, end (seconds), score.
    `qid` names the query. Without it the query is that of the video: TVSum and YouTube Highlights lines have `vid` and
    `pred_saliency_scores` alone. Charades-STA has no ids: lines have `vid` and `query`, and the annotations tell which
    query that is (`read_predictions(path, annotations)`); the same sentence twice is taken in the order of the file.
    Numbers are JSON numbers: a bool is not one, and neither is NaN or anything above 1e12.

References:
    jayleicn/moment_detr, `standalone_eval/README.md`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visionaryvids.annotations.jsonfiles import read_jsonl, shorten
from visionaryvids.errors import AnnotationError
from visionaryvids.files import write_atomically
from visionaryvids.types import Annotation, Prediction

LARGEST = 1e12
"""No time in seconds and no score is larger than this; it keeps sums and squares finite."""

WINDOWS, SALIENCY = "pred_relevant_windows", "pred_saliency_scores"


def read_predictions(path: Path, annotations: Sequence[Annotation] = ()) -> tuple[Prediction, ...]:
    """Every line's prediction, in the order of the file.

    Args:
        path: the JSON Lines file.
        annotations: if given, every line answers one of these queries; a line that has a `query` and no `qid` is looked
            up among them by video and sentence (a final full stop does not matter).

    Raises:
        AnnotationError: the first problem of the file; names `path:line`, what was found, and what was expected.
    """
    return tuple(prediction for _, prediction in read_numbered(path, annotations))


def read_numbered(path: Path, annotations: Sequence[Annotation] = ()) -> list[tuple[int, Prediction]]:
    """`read_predictions` with the number of each line, which counts from 1."""
    queries = _QueryIds(annotations)
    seen: set[str] = set()
    numbered: list[tuple[int, Prediction]] = []
    for line, record in read_jsonl(path):
        where = f"{path}:{line}"
        prediction = _prediction(where, record, queries)
        if prediction.query_id in seen:
            remedy = "keep one line for each query"
            raise AnnotationError(where, f"a second prediction for {shorten(prediction.query_id)}", "one", remedy)
        seen.add(prediction.query_id)
        numbered.append((line, prediction))
    return numbered


def write_predictions(path: Path, predictions: Iterable[Prediction], annotations: Iterable[Annotation] = ()) -> None:
    """Write predictions as JSON Lines, all or nothing: a reader never sees half a file.

    `qid` is written as a whole number where it is one (as QVHighlights' server expects) and left out where the query is
    that of the video. `query` is written where `annotations` know it.

    Raises:
        AnnotationError: a prediction has no answer, or a number that is not finite.
        InputError: the file cannot be written.
    """
    sentences = {annotation.query_id: annotation.query for annotation in annotations}
    lines = [_line(prediction, sentences) for prediction in predictions]
    write_atomically(Path(path), "".join(line + "\n" for line in lines), durable=False)


class _QueryIds:
    """Finds the id of a query that a line names by video and sentence."""

    def __init__(self, annotations: Sequence[Annotation]) -> None:
        self._known = {annotation.query_id for annotation in annotations}
        self._ids: dict[tuple[str, str], list[str]] = {}
        self._videos: set[str] = set()
        for annotation in annotations:
            if annotation.query_id == annotation.video_id:
                self._videos.add(annotation.video_id)
            elif annotation.query is not None:
                key = annotation.video_id, _plain(annotation.query)
                self._ids.setdefault(key, []).append(annotation.query_id)
        self._used: dict[tuple[str, str], int] = {}

    def check(self, where: str, query_id: str) -> None:
        """Refuse an id that no annotation has, if there are annotations.

        Raises:
            AnnotationError: there are annotations, and none has this id.
        """
        if self._known and query_id not in self._known:
            remedy = "compare with the annotations of the same data set and split"
            raise AnnotationError(where, f"no annotation for {shorten(query_id)}", "an annotated query", remedy)

    def find(self, where: str, video_id: str, query: str | None) -> str:
        """The id of a video's query.

        Raises:
            AnnotationError: the annotations have no such query, or fewer than were asked for.
        """
        if query is None or not self._ids or video_id in self._videos:
            return video_id
        key = video_id, _plain(query)
        ids, used = self._ids.get(key, []), self._used.get(key, 0)
        if used >= len(ids):
            found = f"query {shorten(query)} of video {shorten(video_id)}" + (" once more" if ids else "")
            raise AnnotationError(where, found, f"a query of the annotations, {len(ids)} times", _ASK)
        self._used[key] = used + 1
        return ids[used]


_ASK = "give the line a qid, or check that the annotations are those of the same split"


def _plain(query: str) -> str:
    return query.strip().removesuffix(".").strip()


def _prediction(where: str, record: Mapping[str, Any], queries: _QueryIds) -> Prediction:
    qid, vid, query = record.get("qid"), record.get("vid"), record.get("query")
    if qid is None and vid is None:
        raise AnnotationError(where, "neither 'qid' nor 'vid'", "a query's id or a video's name", "add one of them")
    if qid is not None and (isinstance(qid, bool) or not isinstance(qid, int | str) or qid == ""):
        raise AnnotationError(where, f"qid = {shorten(qid)}", "a whole number or text", "use the annotation's qid")
    for name, value in (("vid", vid), ("query", query)):
        if value is not None and not (isinstance(value, str) and _encodes(value)):
            raise AnnotationError(where, f"{name} = {shorten(value)}", "text", f"use the annotation's {name}")
    query_id = queries.find(where, str(vid), query) if qid is None else _id_text(where, qid)
    queries.check(where, query_id)
    windows, saliency = record.get(WINDOWS), record.get(SALIENCY)
    if windows is None and saliency is None:
        remedy = "an empty list says that nothing matches"
        raise AnnotationError(where, "no answer", f"{WINDOWS!r} or {SALIENCY!r}", remedy)
    return Prediction(
        video_id=query_id if vid is None else vid,
        query_id=query_id,
        windows_N3=None if windows is None else _windows(where, windows),
        saliency_T=None if saliency is None else _saliency(where, saliency),
    )


def _id_text(where: str, qid: int | str) -> str:
    if (isinstance(qid, int) and abs(qid) > LARGEST) or (isinstance(qid, str) and not _encodes(qid)):
        raise AnnotationError(where, f"qid = {shorten(qid)}", "an id of the annotations", "use the annotation's qid")
    return str(qid)


def _encodes(value: str) -> bool:
    """Whether text can be written as UTF-8: it has no half characters."""
    return value.isascii() or not any("\ud800" <= character <= "\udfff" for character in value)


def _saliency(where: str, value: Any) -> NDArray[np.float64]:
    if not isinstance(value, list):
        raise AnnotationError(where, f"{SALIENCY} = {shorten(value)}", "a list of numbers, one for each clip", _LIST)
    return _numbers(where, SALIENCY, value)


def _windows(where: str, value: Any) -> NDArray[np.float64]:
    if not isinstance(value, list):
        raise AnnotationError(where, f"{WINDOWS} = {shorten(value)}", "a list of [start, end, score]", _LIST)
    if not (set(map(type, value)) <= {list} and set(map(len, value)) <= {3}):
        index, row = next((i, r) for i, r in enumerate(value) if not isinstance(r, list) or len(r) != 3)
        found = f"{WINDOWS}[{index}] = {shorten(row)}"
        raise AnnotationError(where, found, "three numbers: start, end, score", "write each window with its score")
    windows = _numbers(where, WINDOWS, list(chain.from_iterable(value))).reshape(-1, 3)
    inverted = np.flatnonzero(windows[:, 1] < windows[:, 0])
    if len(inverted):
        found = f"{WINDOWS}[{inverted[0]}] = {shorten(value[inverted[0]])}"
        raise AnnotationError(where, found, "an end that is not before its start", "swap the two")
    return windows


_LIST = "write a JSON list; an empty one says that nothing matches"


def _numbers(where: str, name: str, values: list[Any]) -> NDArray[np.float64]:
    """A flat list of JSON numbers as an array; the usual case takes a few passes in C."""
    if set(map(type, values)) <= {int, float} and all(-LARGEST <= end <= LARGEST for end in _ends(values)):
        array = np.array(values, np.float64)
        if not np.isnan(array).any():
            return array
    bad = next(v for v in values if type(v) not in {int, float} or not -LARGEST <= v <= LARGEST)
    remedy = "write finite numbers; lists within a list of numbers, text, true and null are none"
    raise AnnotationError(where, f"{name} holds {shorten(bad)}", f"numbers from {-LARGEST:g} to {LARGEST:g}", remedy)


def _ends(values: list[Any]) -> Iterator[int | float]:
    return iter((min(values), max(values)) if values else ())


def _line(prediction: Prediction, sentences: Mapping[str, str | None]) -> str:
    record: dict[str, Any] = {}
    if prediction.query_id != prediction.video_id:
        text = prediction.query_id
        record["qid"] = int(text) if text.isascii() and text.isdigit() and str(int(text)) == text else text
    if sentences.get(prediction.query_id) is not None:
        record["query"] = sentences[prediction.query_id]
    record["vid"] = prediction.video_id
    if prediction.windows_N3 is not None:
        record[WINDOWS] = prediction.windows_N3.tolist()
    if prediction.saliency_T is not None:
        record[SALIENCY] = prediction.saliency_T.tolist()
    try:
        return json.dumps(record, ensure_ascii=False, allow_nan=False)
    except ValueError as error:
        remedy = "look for NaN in the model's output"
        raise AnnotationError(prediction.query_id, "a number that is not finite", "finite numbers", remedy) from error
