"""Extraction by each of the paper's encoders, against nothing but its network, in one run on one machine.

(f) For each encoder: clips a second from a video file to rows, and how much of that time a plain forward pass takes
that finds its input ready. The rest is decoding, resizing, normalising, optical flow and waiting. The video is that of
`benchmarks/encoding.py`; weights are random, which changes no time. Of each, the best of several times counts.

    python -m benchmarks.encoders
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from benchmarks.encoding import make_video, timed
from visionaryvids.features import clip, cnn14, i3d, i3d_clips, presets, slowfast, vgg
from visionaryvids.features.cnn14 import SoundEncoder
from visionaryvids.features.encoder import AudioEncoder, EncoderSet, VideoEncoder
from visionaryvids.features.extract import clips_of, extract, half_the_threads
from visionaryvids.features.i3d_clips import FlowEncoder, whole_clip
from visionaryvids.features.minilm import SentenceEncoder
from visionaryvids.features.spec import FeatureSpec


@dataclass(frozen=True, slots=True)
class Case:
    """One encoder, and what its network sees of one batch.

    Attributes:
        name: as on its card.
        clip_s: length of a clip in seconds.
        encoder: of pictures or of sound.
        network: alone.
        shape: of an input of the network.
    """

    name: str
    clip_s: float
    encoder: VideoEncoder | AudioEncoder
    network: Callable[[Tensor], object]
    shape: tuple[int, ...]

    def encoders(self) -> EncoderSet:
        """A set with this encoder only."""
        spec = FeatureSpec(self.name, 1, self.clip_s, None, None, None)
        if isinstance(self.encoder, SoundEncoder):
            return EncoderSet(spec, None, self.encoder, SentenceEncoder())
        return EncoderSet(spec, self.encoder, None, SentenceEncoder())


def random(network: nn.Module) -> nn.Module:
    """Weights under which numbers neither vanish nor grow: tiny ones make a processor slow."""
    with torch.no_grad():
        for value in network.parameters():
            value.normal_(0, (2 / max(1, value[0].numel())) ** 0.5) if value.dim() > 1 else value.fill_(0.5)
    return network.eval().requires_grad_(False)


def cases() -> Iterator[Case]:
    from transformers import CLIPConfig, CLIPModel

    both = random(CLIPModel(CLIPConfig()))
    yield Case("clip", 2.0, clip.picture_encoder(lambda: both, clip.look(2.0)), clip.Pictures(both), (4, 3, 224, 224))
    sixteen = random(vgg.Vgg16())
    yield Case("vgg16", 1 / 6, vgg.encoder(lambda: sixteen, 1 / 6), sixteen, (4, 3, 224, 224))
    two_speeds = random(slowfast.SlowFast())
    yield Case("slowfast", 2.0, slowfast.encoder(lambda: two_speeds), two_speeds, (1, 3, 32, 224, 224))
    window = whole_clip(presets.TVSUM_S)
    rgb, motion = random(i3d.I3D(3, port=i3d.SECOND)), random(i3d.I3D(2, port=i3d.SECOND))
    yield Case("i3d-rgb", 2.0, i3d_clips.picture_encoder(lambda: rgb, window), rgb, (1, 3, 64, 224, 224))
    yield Case("i3d-flow", 2.0, FlowEncoder(lambda: motion, window), motion, (1, 2, 64, 224, 224))
    tagger = random(cnn14.Cnn14())
    yield Case("cnn14", 2.0, SoundEncoder(lambda: tagger, 2.0), tagger, (8, 64000))


def plain(case: Case, clips: int) -> None:
    """The network as often as `extract` runs it, on input that is there."""
    ready = torch.from_numpy(np.random.default_rng(0).normal(0, 0.5, case.shape).astype(np.float32))
    with half_the_threads(), torch.inference_mode():
        for start in range(0, clips, case.shape[0]):
            case.network(ready[: clips - start])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=12)
    parser.add_argument("--times", type=int, default=3)
    options = parser.parse_args()
    print(f"(f) threads of the network: {max(1, torch.get_num_threads() // 2)} of {torch.get_num_threads()}")
    with tempfile.TemporaryDirectory() as folder:
        video = Path(folder) / "video.mp4"
        make_video(video, options.seconds)
        for case in cases():
            report(case, video, options.seconds, options.times)


def report(case: Case, video: Path, seconds: int, times: int) -> None:
    clips = clips_of(seconds, case.clip_s)
    whole = min(timed(lambda: extract(video, case.encoders())) for _ in range(times))
    alone = min(timed(lambda: plain(case, clips)) for _ in range(times))
    share = f"a plain forward pass is {alone / whole:.2f} of it"
    print(f"(f) {case.name:<9} {clips / whole:7.2f} clips/s, {seconds / whole:6.2f} x realtime; {share}", flush=True)


if __name__ == "__main__":
    main()
