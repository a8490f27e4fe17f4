"""Whether a data set's folder is sound: every annotation and every feature file is read, and every problem listed.

Loading stops at the first problem; this does not, so that a person can mend a folder in one go. What is odd but known
to be harmless (a modality that is a clip longer, videos that no release has) is a note, not a problem.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from visionaryvids.annotations.splits import Split
from visionaryvids.data import align
from visionaryvids.data.arrays import read_array
from visionaryvids.data.check_report import CheckReport
from visionaryvids.data.highlight_folder import missing_videos
from visionaryvids.data.plans import PLANS, Plan
from visionaryvids.data.sources import Source
from visionaryvids.errors import FeatureError, InputError, Problem, unknown_name
from visionaryvids.types import Annotation

Shape = tuple[int, int]
Shapes = Mapping[str, Mapping[str, Shape]]
"""Rows and columns of each sound array, by source (`rgb`) and by file name without ending."""


def check(dataset: str, root: Path) -> CheckReport:
    """Read every file of a data set and report what is wrong.

    Args:
        dataset: `tvsum`, `youtube`, `qvhighlights` or `charades`.
        root: its folder, laid out as in `docs/data-formats.md`.

    Raises:
        ConfigError: there is no such data set.
        FeatureError: there is no such folder.
    """
    if dataset not in PLANS:
        raise unknown_name("data set", dataset, (*PLANS, "custom"))
    root = Path(root)
    if not root.is_dir():
        raise FeatureError(f"{root}", "no such folder", f"the folder of {dataset}", "give it with --data")
    try:
        plan = PLANS[dataset](root)
    except InputError as error:
        return CheckReport(dataset, root, 0, 0, 0, (error.problem,), ())
    return check_plan(dataset, root, plan)


def check_plan(dataset: str, root: Path, plan: Plan) -> CheckReport:
    """Read everything that a plan names and report what is wrong."""
    annotations, problems = _parse(plan)
    shapes: dict[str, dict[str, Shape]] = {}
    for source in (*plan.sources.timed, *filter(None, [plan.sources.query])):
        shapes[source.part], found = _read_all(source, annotations)
        problems += found
    further, told = plan.further(annotations) if plan.further else ([], [])
    problems += further
    timed = list(_lengths(annotations, plan.sources.timed, shapes))
    problems += [_mismatch(video, lengths) for video, lengths in timed if align.is_large(lengths)]
    small = [(v, n) for v, n in timed if len(set(n.values())) > 1 and not align.is_large(n)]
    notes = [f"{video}: {align.describe(lengths)}" for video, lengths in small]
    return CheckReport(
        dataset=dataset,
        root=root,
        videos=len({a.video_id for a in annotations}),
        queries=sum(a.query is not None for a in annotations),
        clips=sum({video: min(lengths.values()) for video, lengths in timed}.values()),
        problems=tuple(problems),
        notes=(*_split_notes(plan.splits or {}, {a.video_id for a in annotations}), *told, *notes),
    )


def _parse(plan: Plan) -> tuple[list[Annotation], list[Problem]]:
    """The sound annotations of every file, and the problems of the others; an id may be in one file only."""
    annotations: list[Annotation] = []
    problems: list[Problem] = []
    seen_in: dict[str, Path] = {}
    for path in plan.files:
        parsed, found = plan.parse(path)
        problems += found
        for annotation in parsed:
            first = seen_in.setdefault(annotation.query_id, path)
            if first != path:
                problems.append(
                    Problem(
                        f"{path}",
                        f"id {annotation.query_id} is also in {first.name}",
                        "each id once",
                        "remove one of the two",
                    )
                )
        annotations += parsed
    return annotations, problems


def _read_all(source: Source, annotations: Iterable[Annotation]) -> tuple[dict[str, Shape], list[Problem]]:
    """Read each array of a source once."""
    shapes: dict[str, Shape] = {}
    problems: list[Problem] = []
    by_name = {source.name(a): a for a in annotations if source.wants(a)}
    for name, annotation in by_name.items():
        try:
            rows, width = read_array(source.path(annotation), source.key, source.width).shape
            shapes[name] = rows, width
        except FeatureError as error:
            problems.append(error.problem)
    return shapes, problems + list(_odd_widths(source, shapes, by_name))


def _odd_widths(source: Source, shapes: Mapping[str, Shape], by_name: Mapping[str, Annotation]) -> Iterator[Problem]:
    """A problem for each array that has not the width of most: features of another encoder are sound in themselves."""
    counts = Counter(width for _, width in shapes.values())
    usual, times = counts.most_common(1)[0] if counts else (0, 0)
    for name, (_, width) in shapes.items():
        if width != usual:
            where, expected = f"{source.path(by_name[name])}", f"{usual} columns, as in {times} files beside it"
            yield Problem(where, f"{width} columns", expected, "use features from one and the same encoder")


def _lengths(
    annotations: Iterable[Annotation], timed: Sequence[Source], shapes: Shapes
) -> Iterator[tuple[str, dict[str, int]]]:
    """Each video's clips in each part and in its labels, without repeating itself; not for videos that lack a part."""
    seen: set[tuple[str, tuple[int, ...]]] = set()
    for annotation in annotations:
        names = {source.part: source.name(annotation) for source in timed if source.wants(annotation)}
        if any(name not in shapes[part] for part, name in names.items()):
            continue
        lengths = {part: shapes[part][name][0] for part, name in names.items()}
        if annotation.ratings_TR is not None:
            lengths["labels"] = len(annotation.ratings_TR)
        key = annotation.video_id, tuple(lengths.values())
        if lengths and key not in seen:
            seen.add(key)
            yield annotation.video_id, lengths


def _mismatch(video: str, lengths: Mapping[str, int]) -> Problem:
    found = ", ".join(f"{part} {length}" for part, length in lengths.items()) + " clips"
    return Problem(video, found, "about the same number", "extract the odd one again; it may be another video's")


def _split_notes(published: Mapping[str, Split], known: set[str]) -> Iterator[str]:
    """What is absent of the domains that are here at all."""
    for domain, split in published.items():
        listed = {*split.train, *split.test}
        if listed & known and not listed <= known:
            yield missing_videos(domain, split, known)
