"""`python -m visionaryvids.recipes.lite --data DATA --out OUT`: make the head for `lite`."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import torch

from visionaryvids.recipes.lite.recipe import SETTINGS, make


def main() -> None:
    """Parse, make, print the card."""
    parser = argparse.ArgumentParser(prog="python -m visionaryvids.recipes.lite", description=make.__doc__)
    parser.add_argument("--data", type=Path, required=True, help="holds clips1k, qvhighlights, tvsum and youtube")
    parser.add_argument("--out", type=Path, required=True, help="gets lite.safetensors, lite.json and lite.md")
    parser.add_argument("--steps", type=int, default=SETTINGS.steps)
    parser.add_argument("--seed", type=int, default=SETTINGS.seed)
    options = parser.parse_args()
    torch.set_num_threads(1)  # the network is small: a second thread waits for the first more than it helps
    make(options.data, options.out, replace(SETTINGS, steps=options.steps, seed=options.seed))
    print((options.out / "lite.md").read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
