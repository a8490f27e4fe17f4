"""`python -m visionaryvids.recipes.text_track --data DATA --out OUT`: make the head for `text-track`."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

import torch

from visionaryvids.recipes.text_track.recipe import SEEDS, SETTINGS, make


def main() -> None:
    """Parse, make, print the card."""
    parser = argparse.ArgumentParser(prog="python -m visionaryvids.recipes.text_track", description=make.__doc__)
    parser.add_argument("--data", type=Path, required=True, help="holds qvhighlights")
    parser.add_argument("--out", type=Path, required=True, help="gets text-track.safetensors, .json and .md")
    parser.add_argument("--steps", type=int, default=SETTINGS.steps)
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    options = parser.parse_args()
    torch.set_num_threads(1)  # the network is small: a second thread waits for the first more than it helps
    make(options.data, options.out, replace(SETTINGS, steps=options.steps), options.seeds, _tell)
    print((options.out / "text-track.md").read_text(encoding="utf-8"))


def _tell(step: int, losses: dict[str, float]) -> None:
    if step % 100 == 0:
        print(f"step {step}: " + ", ".join(f"{name} {value:.3f}" for name, value in losses.items()), file=sys.stderr)


if __name__ == "__main__":
    main()
