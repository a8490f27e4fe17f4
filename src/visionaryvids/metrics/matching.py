"""Which prediction answers which annotation: by query id, each exactly once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from visionaryvids.errors import AnnotationError
from visionaryvids.types import Annotation, Prediction

Pair = tuple[Prediction, Annotation]


def match(predictions: Sequence[Prediction], annotations: Sequence[Annotation]) -> list[Pair]:
    """Pair predictions with annotations by `query_id`, in the order of the annotations.

    Raises:
        AnnotationError: an id is missing, unknown or there twice, or there are no annotations; names the first few.
    """
    if not annotations:
        raise AnnotationError("annotations", "none", "at least one", "check the file, the domain and the split")
    answers = {prediction.query_id: prediction for prediction in predictions}
    asked = {annotation.query_id for annotation in annotations}
    if len(answers) != len(predictions):
        _refuse("predictions", "more than one prediction", _repeated(p.query_id for p in predictions), _ONCE)
    if len(asked) != len(annotations):
        _refuse("annotations", "more than one annotation", _repeated(a.query_id for a in annotations), _ONCE)
    missing = [a.query_id for a in annotations if a.query_id not in answers]
    unknown = [p.query_id for p in predictions if p.query_id not in asked]
    if missing and not (unknown and len(unknown) == len(predictions)):
        _refuse("predictions", "no prediction", missing, "predict every query of the split, or annotate fewer")
    if unknown:
        _refuse("predictions", "no annotation", unknown, "compare with the annotations of the same data set and split")
    return [(answers[annotation.query_id], annotation) for annotation in annotations]


_ONCE = "keep one line for each id"


def _repeated(ids: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(ids).items() if count > 1]


def _refuse(where: str, what: str, ids: Sequence[str], remedy: str) -> None:
    few = ", ".join(ids[:3]) + (", ..." if len(ids) > 3 else "")
    queries = "1 query" if len(ids) == 1 else f"{len(ids)} queries"
    raise AnnotationError(where, f"{what} for {queries} ({few})", "exactly one for each query", remedy)
