"""Make the head for `text-track`: fit the centres, train the network, calibrate, judge, write.

python -m visionaryvids.recipes.text_track --data ../shared/data --out runs/text-track
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from statistics import mean, stdev
from typing import Any

from visionaryvids.features.text_track import SPEC
from visionaryvids.files import write_atomically, write_json
from visionaryvids.metrics.baselines import Baseline, qvhighlights_baseline
from visionaryvids.model.brain import MatcherBrain
from visionaryvids.model.matcher import Matcher
from visionaryvids.model.matcher_file import save_matcher
from visionaryvids.model.words import WordAlignment
from visionaryvids.model.zero_shot import CosineBrain
from visionaryvids.recipes.text_track.calibrating import calibrate
from visionaryvids.recipes.text_track.card import card
from visionaryvids.recipes.text_track.cosine import thresholded
from visionaryvids.recipes.text_track.judging import MEASURES, judge, measure
from visionaryvids.recipes.text_track.material import Material, fit_words, load
from visionaryvids.recipes.text_track.scenes import Videos
from visionaryvids.recipes.text_track.talks import Talks
from visionaryvids.training.losses import LossWeights
from visionaryvids.training.matching import MatchingSettings, OnStep, Source, train_matching, untrained
from visionaryvids.training.provenance import commit

SETTINGS = MatchingSettings(steps=700, batch_size=32, losses=LossWeights(saliency=0.5, presence=0.3, ranking=1.0))
TALKS = 0.5
"""How many batches are of talk."""
SEEDS = (1, 2, 3)
COMMAND = "python -m visionaryvids.recipes.text_track"


def make(
    data: Path,
    out: Path,
    settings: MatchingSettings = SETTINGS,
    seeds: Sequence[int] = SEEDS,
    on_step: OnStep | None = None,
) -> dict[str, Any]:
    """Everything: the weights of the first seed, `OUT/text-track.json` and the card `OUT/text-track.md`.

    Args:
        data: holds `qvhighlights`.
        out: gets the files.
        settings: of the training; every seed in turn.
        seeds: one head each. The first is shipped, whatever the others are like.
        on_step: told of every step.

    Returns:
        What `text-track.json` holds.

    Raises:
        InputError: data are missing or wrong, or `out` cannot be written to.
    """
    started = time.perf_counter()
    material = load(data / "qvhighlights")
    words = fit_words(material, SPEC.video_dim or 0)
    heads = [head(material, words, replace(settings, seed=seed), on_step) for seed in seeds]
    scores = [judge(MatcherBrain(matcher), material.test) for matcher in heads]
    result = {
        "schema": "visionaryvids/text-track/1",
        "command": COMMAND,
        "commit": commit(),
        "minutes": round((time.perf_counter() - started) / 60, 1),
        "settings": asdict(settings),
        "seeds": list(seeds),
        "queries": {"train": len(material.train), "calibrate": len(material.calibrate), "test": len(material.test)},
        "parameters": sum(p.numel() for p in heads[0].network.parameters()),
        "test": {"head": spread(scores), "each seed": scores, **baselines(material)},
    }
    about = {key: result[key] for key in ("command", "commit", "settings")}
    save_matcher(out / "text-track.safetensors", heads[0], {**about, "seed": seeds[0]})
    write_json(out / "text-track.json", result)
    write_atomically(out / "text-track.md", card(result))
    return result


def head(material: Material, words: WordAlignment, settings: MatchingSettings, on_step: OnStep | None) -> Matcher:
    """One trained and calibrated matcher."""
    videos = Videos(material.train, words)
    network = untrained(videos, settings.seed)
    matcher = Matcher(SPEC, words, network.config)
    matcher.network = network
    sources = (Source(videos, 1 - TALKS), Source(Talks(material.train, words), TALKS))
    train_matching(matcher.network, sources, settings, on_step)
    matcher.calibration = calibrate(matcher.eval(), words, material.calibrate, settings.seed)
    return matcher


def baselines(material: Material) -> dict[str, dict[str, float]]:
    """What needs no training: cosine similarity, one window over the whole video, chance."""
    known = qvhighlights_baseline([video.annotation for video in material.test], n=1)
    whole = _column(known, "whole_video")
    return {
        "cosine, thresholded": measure([thresholded(video) for video in material.test], material.test),
        "cosine, as for speech": judge(CosineBrain(), material.test),
        "whole video": whole,
        "random": _column(known, "random"),
    }


def _column(known: Mapping[str, Baseline], kind: str) -> dict[str, float]:
    values = {name: getattr(known[official], kind) for name, official in MEASURES.items() if official in known}
    return {name: round(value, 2) for name, value in values.items() if value is not None}


def spread(scores: Sequence[Mapping[str, float]]) -> dict[str, dict[str, float]]:
    """Mean and standard deviation over seeds (0 of one seed)."""
    columns = {name: [each[name] for each in scores] for name in scores[0]}
    return {
        name: {"mean": round(mean(values), 4), "std": round(stdev(values), 4) if len(values) > 1 else 0.0}
        for name, values in columns.items()
    }
