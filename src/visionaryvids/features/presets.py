"""The paper's encoder sets, one function each: what a model for a data set looks, listens and reads with.

    qvhighlights   SlowFast and CLIP, PANNs, CLIP's sentences         clips of 2 s
    tvsum          I3D on pictures and flow, PANNs, CLIP's sentences  clips of 2 s
    youtube        the same, clips of 50 frames at 30 a second; models for it read no sentences
    charades       VGG, PANNs, GloVe                                  clips of a sixth of a second
    charades_flow  VGG and I3D on flow, GloVe; no sound               the same

They are put together as described by those who published features of these data sets; what is not known of that is told
in `docs/encoders.md`. Weights are read when they are first needed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TypeVar

from torch import nn

from visionaryvids.features import clip, cnn14, glove, i3d, i3d_clips, published, slowfast, vgg
from visionaryvids.features.clip import TextEncoder
from visionaryvids.features.cnn14 import Cnn14, SoundEncoder
from visionaryvids.features.encoder import EncoderSet
from visionaryvids.features.glove import Vectors, WordEncoder
from visionaryvids.features.i3d import I3D
from visionaryvids.features.i3d_clips import FlowEncoder, Window, whole_clip
from visionaryvids.features.layout import Layout, Part
from visionaryvids.features.looking import SideBySide
from visionaryvids.features.published import Published
from visionaryvids.features.running import on_first_use
from visionaryvids.features.slowfast import SlowFast
from visionaryvids.features.spec import FeatureSpec
from visionaryvids.features.state import State
from visionaryvids.features.vgg import Vgg16
from visionaryvids.features.weights import glove_vectors, published_file, published_state

M = TypeVar("M", bound=nn.Module)

QVHIGHLIGHTS_S = TVSUM_S = 2.0
YOUTUBE_S = 50 / 30
CHARADES_S = 1 / 6
"""Length of a clip in seconds, for each set."""

YOUTUBE_WINDOW = Window(0.0, 19.2, 64)
"""The data set's clips are 100 frames long, 50 apart: 64 frames spread over 100 at 30 a second."""

CHARADES_WINDOW = Window(-0.25, 24.0, 16)
"""A sixth of a second is four frames, too few for I3D: 16 frames around it."""


QVHIGHLIGHTS_FILES = Layout((Part("slowfast_features", "", 2304), Part("clip_features")), Part("pann_features"))
HIGHLIGHT_FILES = Layout((Part("video_features", "_rgb", 1024), Part("video_features", "_opt")))
CHARADES_FILES = Layout((Part("rgb_features"),))
CHARADES_FLOW_FILES = Layout((Part("rgb_features", "", 4096), Part("opt_features")))
"""The folders that readers of these data sets look into."""


@dataclass(frozen=True, slots=True)
class Library:
    """Where weights come from: by default the published files, fetched when they are not here yet.

    Attributes:
        state: the tensors of a published file.
        file: a published file that is used as it is.
        vectors: GloVe's vectors of the words that have one.
    """

    state: Callable[[Published], State] = published_state
    file: Callable[[Published], Path] = published_file
    vectors: Callable[[Collection[str]], Vectors] = glove_vectors


@dataclass(frozen=True, slots=True)
class Networks:
    """Every network of the sets, each read when it is first asked for.

    Attributes:
        weights: where weights come from.
        device: where networks run, e.g. `cuda`.
    """

    weights: Library = Library()
    device: str = "cpu"

    def slowfast(self) -> Callable[[], SlowFast]:
        """SlowFast 8×8 R50."""
        return self._network(slowfast.load_network, published.SLOWFAST)

    def i3d(self, which: Published) -> Callable[[], I3D]:
        """A stream of I3D, as the second port."""
        return self._network(partial(i3d.load_network, port=i3d.SECOND), which)

    def cnn14(self) -> Callable[[], Cnn14]:
        """PANNs CNN14."""
        return self._network(cnn14.load_network, published.CNN14)

    def vgg(self) -> Callable[[], Vgg16]:
        """VGG-16."""
        return self._network(vgg.load_network, published.VGG16)

    def clip(self) -> Callable[[], nn.Module]:
        """CLIP ViT-B/32."""
        return self._network(clip.load_network, published.CLIP)

    def tokenize(self) -> Callable[[str], Sequence[int]]:
        """CLIP's word pieces."""
        tokenizer = cache(lambda: clip.read_tokenizer(self.weights.file(published.CLIP_TOKENIZER)))
        return lambda sentence: tokenizer().encode(sentence).ids

    def _network(self, load: Callable[[State], M], which: Published) -> Callable[[], M]:
        return on_first_use(load, partial(self.weights.state, which), self.device)


def qvhighlights(networks: Networks = Networks()) -> EncoderSet:
    """The encoders of QVHighlights: rows of 2304 + 512 numbers, sound of 2048, token states of 512."""
    both = networks.clip()
    fast, still = slowfast.encoder(networks.slowfast()), clip.picture_encoder(both, clip.look(QVHIGHLIGHTS_S))
    settings = {"slowfast": fast.settings(), "clip": still.settings(), "audio": dict(cnn14.SETTINGS), "text": _CLIP}
    width = slowfast.WIDTH + clip.WIDTH
    spec = FeatureSpec("qvhighlights", 1, QVHIGHLIGHTS_S, width, cnn14.WIDTH, clip.WIDTH, settings)
    sound = SoundEncoder(networks.cnn14(), QVHIGHLIGHTS_S)
    text = TextEncoder(both, networks.tokenize())
    return EncoderSet(spec, SideBySide(fast, still), sound, text, QVHIGHLIGHTS_FILES)


def tvsum(networks: Networks = Networks()) -> EncoderSet:
    """The encoders of TVSum: rows of 1024 + 1024 numbers, sound of 2048, token states of 512."""
    return _two_streams("tvsum", networks, TVSUM_S, whole_clip(TVSUM_S))


def youtube(networks: Networks = Networks()) -> EncoderSet:
    """The encoders of YouTube Highlights: as TVSum, on its grid."""
    return _two_streams("youtube", networks, YOUTUBE_S, YOUTUBE_WINDOW)


def charades(networks: Networks = Networks()) -> EncoderSet:
    """The encoders of Charades-STA: rows of 4096 numbers, sound of 2048, word vectors of 300."""
    still = vgg.encoder(networks.vgg(), CHARADES_S)
    settings = {"vgg": still.settings(), "audio": dict(cnn14.SETTINGS), "text": _GLOVE}
    spec = FeatureSpec("charades", 1, CHARADES_S, vgg.WIDTH, cnn14.WIDTH, glove.WIDTH, settings)
    sound = SoundEncoder(networks.cnn14(), CHARADES_S)
    return EncoderSet(spec, still, sound, WordEncoder(networks.weights.vectors), CHARADES_FILES)


def charades_flow(networks: Networks = Networks()) -> EncoderSet:
    """The same with optical flow in the place of sound: rows of 4096 + 1024 numbers."""
    still = vgg.encoder(networks.vgg(), CHARADES_S, prepare=i3d_clips.SQUARE)
    motion = FlowEncoder(networks.i3d(published.I3D_FLOW), CHARADES_WINDOW)
    settings = {"vgg": still.settings(), "i3d_flow": motion.settings(), "text": _GLOVE}
    spec = FeatureSpec("charades_flow", 1, CHARADES_S, vgg.WIDTH + i3d.WIDTH, None, glove.WIDTH, settings)
    text = WordEncoder(networks.weights.vectors)
    return EncoderSet(spec, SideBySide(still, motion), None, text, CHARADES_FLOW_FILES)


def _two_streams(name: str, networks: Networks, clip_s: float, window: Window) -> EncoderSet:
    pictures = i3d_clips.picture_encoder(networks.i3d(published.I3D_RGB), window)
    motion = FlowEncoder(networks.i3d(published.I3D_FLOW), window)
    settings = {"i3d_rgb": pictures.settings(), "i3d_flow": motion.settings(), "audio": dict(cnn14.SETTINGS)}
    spec = FeatureSpec(name, 1, clip_s, 2 * i3d.WIDTH, cnn14.WIDTH, clip.WIDTH, {**settings, "text": _CLIP})
    sound, text = SoundEncoder(networks.cnn14(), clip_s), TextEncoder(networks.clip(), networks.tokenize())
    return EncoderSet(spec, SideBySide(pictures, motion), sound, text, HIGHLIGHT_FILES)


_CLIP = {"network": "CLIP ViT-B/32", "max_tokens": clip.MAX_TOKENS, "states": "last hidden"}
_GLOVE = {"vectors": "GloVe 6B 300d", "words": "without punctuation"}
