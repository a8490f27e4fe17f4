"""A library of weights that are all made from key names, so that every encoder set runs without a download."""

from functools import cache
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from torch import Tensor

from tests.features.golden_weights import seeded
from visionaryvids.features import published
from visionaryvids.features.cnn14 import Cnn14
from visionaryvids.features.i3d import I3D
from visionaryvids.features.presets import Library
from visionaryvids.features.published import Published
from visionaryvids.features.slowfast import SlowFast
from visionaryvids.features.vgg import Vgg16


def library(folder: Path) -> Library:
    """Keeps the tokenizer in a folder."""
    return Library(state, lambda _: tokenizer(folder), vectors)


@cache
def state(which: Published) -> dict[str, Tensor]:
    if which is published.CLIP:
        return _clip()
    networks = {
        published.SLOWFAST: SlowFast,
        published.CNN14: Cnn14,
        published.VGG16: Vgg16,
        published.I3D_RGB: lambda: I3D(3),
        published.I3D_FLOW: lambda: I3D(2),
    }
    return seeded(networks[which]())


def _clip() -> dict[str, Tensor]:
    from transformers import CLIPConfig, CLIPModel

    torch.manual_seed(0)
    return CLIPModel(CLIPConfig()).state_dict()


def tokenizer(folder: Path) -> Path:
    """Every letter is a token, between the marks of start and end, whose numbers are CLIP's."""
    path = folder / "tokenizer.json"
    if not path.is_file():
        letters = {letter: index for index, letter in enumerate("?abcdefghijklmnopqrstuvwxyz")}
        made = Tokenizer(models.WordLevel({**letters, "<start>": 49406, "<end>": 49407}, unk_token="?"))
        made.pre_tokenizer = pre_tokenizers.Split("", "isolated")
        marks = [("<start>", 49406), ("<end>", 49407)]
        made.post_processor = processors.TemplateProcessing("<start> $A <end>", special_tokens=marks)
        made.save(str(path))
    return path


def vectors(vocabulary):
    known = {"person": 0, "door": 1, "opens": 2, "a": 3, "the": 4}
    return {word: np.eye(300, dtype=np.float32)[known[word]] for word in vocabulary if word in known}
