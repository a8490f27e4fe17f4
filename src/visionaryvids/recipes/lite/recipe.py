"""Make the head for `lite`: fit, train, calibrate, judge, write.

    python -m visionaryvids.recipes.lite --data ../shared/data --out runs/lite

Expected on held-back clips, videos of six: R1@0.5 about 70, R1@0.7 about 58 (zero-shot prior with peak picking: 32 and
21). About 12 minutes on a machine with two cores.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from visionaryvids.data.captioned import load as load_clips
from visionaryvids.features.lite import lite
from visionaryvids.features.minilm import pooled
from visionaryvids.files import write_atomically, write_json
from visionaryvids.model.alignment import Alignment
from visionaryvids.model.matcher import Matcher
from visionaryvids.model.matcher_file import save_matcher
from visionaryvids.recipes.lite import baselines, judging
from visionaryvids.recipes.lite.calibrating import calibrate
from visionaryvids.recipes.lite.card import card
from visionaryvids.recipes.lite.classes import name_embeddings
from visionaryvids.recipes.lite.interest import judge_interest
from visionaryvids.recipes.lite.material import Material, load_interest, load_qvhighlights, prepare
from visionaryvids.recipes.lite.sources import LONG, SHORT, SLOW, Captions, Composed
from visionaryvids.training.interest import fit_interest
from visionaryvids.training.matching import MatchingSettings, Source, train_matching, untrained
from visionaryvids.training.provenance import commit

SETTINGS = MatchingSettings(steps=4000)
SHARES = {"composed": 0.85, "captions": 0.15}


def make(data: Path, out: Path, settings: MatchingSettings = SETTINGS) -> dict[str, Any]:
    """Everything, from the data folders to `OUT/lite.safetensors`, `OUT/lite.json` and `OUT/lite.md`.

    Args:
        data: holds `clips1k`, `qvhighlights`, `tvsum` and `youtube`.
        out: gets the files.
        settings: of the training.

    Returns:
        What `lite.json` holds.

    Raises:
        InputError: data are missing or wrong, or `out` cannot be written to.
    """
    started = time.perf_counter()
    encoders = lite()
    material = prepare(load_clips(data / "clips1k"), encoders.text)
    sources = make_sources(material, data)
    matcher = new_matcher(material, sources, settings.seed)
    rated = partial(load_interest, data / "tvsum", data / "youtube")
    matcher.interest.weights.copy_(fit_interest([example for part in rated("train") for example in part]))
    train_matching(matcher.network, sources, settings, _Tell())
    matcher.calibration = calibrate(matcher, material, (SHORT, SHORT, SLOW, LONG), 1200, seed=settings.seed)
    minutes = (time.perf_counter() - started) / 60
    result = {
        "schema": "visionaryvids/lite/1",
        "command": "python -m visionaryvids.recipes.lite",
        "commit": commit(),
        "minutes": round(minutes, 1),
        "settings": asdict(settings),
        "shares": SHARES,
        "parameters": sum(p.numel() for p in matcher.network.parameters()),
        "held_back": judge(matcher, material),
        "without a query": judge_interest(matcher.interest, *rated("test")),
    }
    save_matcher(out / "lite.safetensors", matcher, {key: result[key] for key in ("command", "commit", "settings")})
    write_json(out / "lite.json", result)
    write_atomically(out / "lite.md", card(result))
    return result


def make_sources(material: Material, data: Path) -> tuple[Source, ...]:
    """Where scenes come from."""
    components = np.load(data / "qvhighlights" / "projection.npz")["components"].astype(np.float32)
    captions = Captions(load_qvhighlights(data / "qvhighlights"), components)
    made = {"composed": Composed(material), "captions": captions}
    return tuple(Source(made[name], share) for name, share in SHARES.items())


def new_matcher(material: Material, sources: Sequence[Source], seed: int) -> Matcher:
    """An untrained network beside the fitted alignment."""
    network = untrained(sources[0].make, seed)
    matcher = Matcher(lite().spec, Alignment(material.alignment.size), network.config)
    matcher.alignment.load_state_dict(material.alignment.state_dict())
    matcher.network = network
    return matcher.eval()


def judge(matcher: Matcher, material: Material) -> dict[str, Any]:
    """Scores on held-back clips alone and in videos of six and of ten, beside the baselines."""
    text = lite().text
    queries = text([clip.caption for clip in material.clips])
    sentences_NE = np.stack([pooled(query) for query in queries])
    prior = baselines.prior_rows(material, name_embeddings(text))
    scores = {}
    for pieces, rounds in ((1, 3), (6, 12), (10, 12)):
        questions = judging.held_back_questions(material, queries, pieces, rounds=rounds, seed=pieces)
        asked = [question.made.asked for question in questions]
        aligned_QE, raw_QE = material.captions_NE[asked], sentences_NE[asked]
        answers = {
            "chance": baselines.chance(questions),
            "whole video": baselines.whole_video(questions),
            "zero-shot prior, peak picking": baselines.peak_picking(questions, raw_QE, prior, 0.5),
            "our alignment, peak picking": baselines.peak_picking(questions, aligned_QE, material.views[0], 0.5),
            "head": judging.predict(matcher, material, questions),
        }
        name = f"{pieces} clips a video" if pieces > 1 else "1 clip is the video"
        scores[name] = {method: judging.score(questions, found) for method, found in answers.items()}
    return scores


class _Tell:
    """Prints mean losses now and then."""

    every = 250

    def __init__(self) -> None:
        self.seen: list[dict[str, float]] = []

    def __call__(self, step: int, losses: dict[str, float]) -> None:
        self.seen.append(losses)
        if step % self.every == 0:
            names = dict.fromkeys(name for each in self.seen for name in each)
            means = {name: np.mean([each[name] for each in self.seen if name in each]) for name in names}
            print(f"step {step}: " + ", ".join(f"{name} {mean:.3f}" for name, mean in means.items()), file=sys.stderr)
            self.seen = []
