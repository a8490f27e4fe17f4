"""Whether your own data is sound: every line, every array or video, and whether they belong together."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from visionaryvids.annotations.custom import Entry, parse
from visionaryvids.data.check import check_plan
from visionaryvids.data.check_report import CheckReport
from visionaryvids.data.custom import annotations_of, encoders_of, sources
from visionaryvids.data.custom_split import how_split, split_of
from visionaryvids.data.custom_times import time_problems
from visionaryvids.data.custom_videos import find_videos, refuse_absent, require_one
from visionaryvids.data.plans import Plan
from visionaryvids.data.sources import Sources
from visionaryvids.errors import InputError, Problem
from visionaryvids.features.encoder import EncoderSet
from visionaryvids.features.folder import About, about_in
from visionaryvids.media.probe import probe
from visionaryvids.types import Annotation

LONG_S = 600.0
"""Longer videos are better cut into pieces: a network sees all of a training video at once."""
_ANY_S = 1.0
"""Length of a clip where no features say it and nothing depends on it."""
_NOWHERE = Sources(())

Durations = Mapping[str, float]
"""Seconds of each video whose length is known."""


def check_custom(annotations: Path, features: Path | None, videos: Path | None) -> CheckReport:
    """Read every line and every array, or look at every video, and report what is wrong.

    Args:
        annotations: JSON Lines, see `annotations/custom.py`.
        features: folder that `extract` wrote, or None.
        videos: folder of the videos themselves; exactly one of the two is given.

    Raises:
        ConfigError: neither or both folders are given.
    """
    require_one(features, videos)
    if features is not None:
        return check_plan("custom", features, _feature_plan(annotations, features))
    assert videos is not None
    return check_plan("custom", videos, _video_plan(annotations, videos))


def _feature_plan(path: Path, features: Path) -> Plan:
    entries, problems = parse(path)
    try:
        encoders = encoders_of(features)
    except InputError as error:  # what lies there cannot be judged, but the lines can
        return _plan(path, entries, [*problems, error.problem], {})
    about = {video_id: about_in(features, video_id) for video_id in _videos(entries)}
    known_s = {video_id: each.duration_s for video_id, each in about.items() if each is not None}
    problems += _foreign_rows(features, encoders, about)
    every = annotations_of(entries, known_s, encoders.spec.clip_s)
    return _plan(path, entries, problems, known_s, every, sources(features, encoders))


def _video_plan(path: Path, videos: Path) -> Plan:
    entries, problems = parse(path)
    known_s: dict[str, float] = {}
    with _noted(problems):
        found = find_videos(videos, _videos(entries))
        for video_id, file in found.items():
            with _noted(problems):
                known_s[video_id] = probe(file).duration_s
        refuse_absent(videos, _videos(entries), found)
    return _plan(path, entries, problems, known_s)


@contextmanager
def _noted(problems: list[Problem]) -> Generator[None]:
    """Add what goes wrong to a list, and go on after the block."""
    try:
        yield
    except InputError as error:
        problems.append(error.problem)


def _plan(
    path: Path,
    entries: Sequence[Entry],
    problems: Sequence[Problem],
    known_s: Durations,
    every: Sequence[Annotation] | None = None,
    places: Sources = _NOWHERE,
) -> Plan:
    """What was found on the way, and what is left to check: the arrays of every annotation, if it is known where."""
    split, told = ([], []) if problems else _split(path, entries)
    found = [*problems, *time_problems(path, entries, known_s), *split]
    notes = [*told, *_long_videos(known_s), *_faint_interest(entries)]
    counted = list(every) if every is not None else [entry.annotation(_ANY_S) for entry in entries]
    return Plan((path,), lambda _: (counted, found), places, further=lambda _: ([], notes))


def _foreign_rows(features: Path, encoders: EncoderSet, about: Mapping[str, About | None]) -> Iterator[Problem]:
    """Rows that were copied in from a folder of other encoders."""
    for video_id, told in about.items():
        if told is not None and told.encoders not in (None, encoders.spec.digest):
            where = f"{features / 'about' / video_id}.json"
            found = f"rows of other encoders than {encoders.spec.name}, which the folder is of"
            remedy = "extract this video again, or keep a folder for each set of encoders"
            yield Problem(where, found, "rows of one and the same set", remedy)


def _split(path: Path, entries: Sequence[Entry]) -> tuple[list[Problem], list[str]]:
    """What is wrong with the split of sound lines, or else what there is to know of it."""
    try:
        told = how_split(split_of(path, entries))
    except InputError as error:
        return [error.problem], []
    return [], [f"{path}: {told}"] if told else []


def _long_videos(known_s: Durations) -> Iterator[str]:
    for video_id, length_s in known_s.items():
        if length_s > LONG_S:
            yield f"{video_id}: {length_s / 60:.0f} minutes long; cut it into pieces of at most {LONG_S / 60:.0f}"


def _faint_interest(entries: Sequence[Entry]) -> Iterator[str]:
    scores = [score for e in entries for score in (*(e.clip_scores or ()), *(row[2] for row in e.stretches or ()))]
    if scores and max(scores) < 0.5:
        yield f"no saliency above {max(scores):g}: clips count as highlights from 0.5 on; divide by the highest value"


def _videos(entries: Iterable[Entry]) -> list[str]:
    """The videos' names, each once."""
    return list(dict.fromkeys(entry.video_id for entry in entries))
