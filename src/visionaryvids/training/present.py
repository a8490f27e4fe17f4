"""What makes `present` of a trained network a probability: a line, fitted on examples that it did not learn from.

Every example says whether its video shows its query. Videos that show one are asked for something that they do not
show, too, the query of another video, until half of all that is asked is there. All is asked as `find` asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import torch

from visionaryvids.data.example import Example, annotations_of
from visionaryvids.model.calibration import Line, logit
from visionaryvids.model.scan import NetworkBrain
from visionaryvids.training.calibration import fit_line
from visionaryvids.types import Annotation

FEWEST = 20
"""Two numbers are fitted; by fewer queries of either kind they are told too badly to be worth it."""

FLATTEST = 1e-3
"""A slope that keeps the order and moves no probability by more than half a percent."""


@dataclass(frozen=True, slots=True)
class PresentFit:
    """A line, or why there is none.

    Attributes:
        line: None where `present` stays as the network says it.
        there: queries whose videos show them.
        absent: queries whose videos do not.
        why: there is no line; empty if there is one.
    """

    line: Line | None
    there: int = 0
    absent: int = 0
    why: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Pair:
    """A question whose answer is known.

    Attributes:
        video: number of an example with the video.
        query: number of an example with the sentence.
        is_there: whether the video shows it.
    """

    video: int
    query: int
    is_there: bool


def pairs_of(annotations: Sequence[Annotation]) -> list[Pair]:
    """Every example's own question, and as many about what is absent as make half of all, where so many are to be had.

    What is absent is a sentence that some other video shows and that nobody asked of this one. The same few sentences
    are thus asked where they are true and where they are not, so that a sentence alone tells nothing.

    Args:
        annotations: with moments and sentences.
    """
    own = [Pair(i, i, a.windows_s is not None and len(a.windows_s) > 0) for i, a in enumerate(annotations)]
    shown = [pair.video for pair in own if pair.is_there]
    others, wanted = list(_absent(annotations, shown)), max(0, 2 * len(shown) - len(own))
    spread = range(0, len(others), max(1, len(others) // wanted)) if wanted else ()
    return [*own, *[others[place] for place in spread][:wanted]]


def _absent(annotations: Sequence[Annotation], shown: Sequence[int]) -> Iterator[Pair]:
    said = [(annotation.query or "").casefold() for annotation in annotations]
    asked: dict[str, set[str]] = {}
    for annotation, sentence in zip(annotations, said, strict=True):
        asked.setdefault(annotation.video_id, set()).add(sentence)
    for place, video in enumerate(shown):
        far = place + len(shown) // 2  # lines of one video are neighbours, and so often are videos of one kind
        others = (shown[(far + step) % len(shown)] for step in range(len(shown)))
        other = next((each for each in others if said[each] not in asked[annotations[video].video_id]), None)
        if other is not None:
            yield Pair(video, other, False)


def fit_present(brain: NetworkBrain, examples: Sequence[Example]) -> PresentFit:
    """Ask the network what is known, and fit the line that makes what it says true on average.

    Half of the questions are about something that is there, so that is what `present` takes for granted.

    Args:
        brain: without a line, so that what it says can be read.
        examples: with moments and sentences; the network has learned from none of them.
    """
    pairs = pairs_of(annotations_of(examples))
    there = sum(pair.is_there for pair in pairs)
    absent = len(pairs) - there
    if min(there, absent) < FEWEST:
        found = f"{there} queries that its videos show and {absent} that they do not"
        return PresentFit(None, there, absent, f"there are only {found}; {FEWEST} of each are needed")
    said = [(_present(brain, examples, pair), pair.is_there) for pair in pairs]
    return PresentFit(line_of(said), there, absent)


def line_of(said: Sequence[tuple[float, bool]]) -> Line:
    """The line that fits best to what a network said, in [0, 1], and what is true, of those that keep the order.

    Its targets are not quite 0 and 1 (`fit_weights`), so not even a network that errs nowhere becomes quite certain.
    One that is no surer of what is there says of everything about how often something is there.
    """
    sure, is_there = zip(*said, strict=True)
    slope, offset = fit_line(torch.tensor([logit(each) for each in sure]), torch.tensor(is_there)).tolist()
    return Line(slope, offset) if slope > FLATTEST else Line(FLATTEST, logit((sum(is_there) + 1) / (len(said) + 2)))


def _present(brain: NetworkBrain, examples: Sequence[Example], pair: Pair) -> float:
    features, query = examples[pair.video].features, examples[pair.query].query
    duration_s = features.num_clips * features.clip_s
    [answer] = brain.scan(features).answer([query], duration_s=duration_s, top=1)
    return answer.present
