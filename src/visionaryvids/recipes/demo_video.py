"""The demo's video: photographs that scikit-image ships, panned and zoomed for a minute, with sound.

Nothing is drawn by chance: the same file comes out every time. Cuts lie between whole seconds, as cuts do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from visionaryvids.errors import ConfigError

if TYPE_CHECKING:
    from PIL.Image import Image

WIDTH, HEIGHT, RATE_HZ, SOUND_HZ = 640, 360, 25, 44_100


@dataclass(frozen=True, slots=True)
class View:
    """The part of a photograph that fills the picture.

    Attributes:
        x, y: where its centre lies, as shares of the photograph's width and height.
        size: its width as a share of the widest view that the photograph has room for.
    """

    x: float
    y: float
    size: float


@dataclass(frozen=True, slots=True)
class Scene:
    """One photograph for some seconds.

    Attributes:
        photograph: its file among scikit-image's.
        seconds: how long it is shown.
        first, last: the views that the camera moves between, at an even speed.
        chord_hz: the tones that are heard.
        beat_hz: how often they swell.
        sentence: what a person might ask to find it, or None (it is there to be told apart).
        fade_s: how long it fades in over the scene before; 0 is a cut. The middle of the fade is where it starts.
    """

    photograph: str
    seconds: float
    first: View
    last: View
    chord_hz: tuple[float, ...]
    beat_hz: float
    sentence: str | None = None
    fade_s: float = 0.0


SCENES = (
    Scene("hubble_deep_field.jpg", 7.6, View(0.35, 0.4, 0.8), View(0.6, 0.6, 0.6), (110.0, 164.8, 220.0), 0.3),
    Scene("chelsea.png", 9.3, View(0.45, 0.5, 1.0), View(0.55, 0.4, 0.8), (130.8, 196.0), 6.0,
          "a cat looks at the camera"),
    Scene("coins.png", 7.2, View(0.4, 0.3, 0.9), View(0.5, 0.7, 0.9), (523.3, 659.3, 784.0), 3.0),
    Scene("rocket.jpg", 8.9, View(0.5, 0.4, 1.0), View(0.5, 0.6, 0.8), (82.4, 123.5, 185.0), 1.0,
          "a rocket on the launch pad"),
    Scene("coffee.png", 9.1, View(0.5, 0.5, 1.0), View(0.55, 0.45, 0.75), (220.0, 277.2, 329.6), 0.5,
          "a cup of coffee", fade_s=1.2),
    Scene("camera.png", 7.7, View(0.4, 0.35, 0.95), View(0.55, 0.4, 0.8), (146.8, 220.0, 293.7), 2.0,
          "a man with a camera on a tripod"),
    Scene("motorcycle_left.png", 9.4, View(0.5, 0.55, 1.0), View(0.6, 0.55, 0.85), (98.0, 147.0, 196.0), 9.0),
    Scene("page.png", 7.1, View(0.5, 0.4, 0.85), View(0.5, 0.6, 0.85), (392.0, 493.9), 0.7),
    Scene("astronaut.png", 8.5, View(0.45, 0.6, 1.0), View(0.45, 0.3, 0.9), (174.6, 261.6, 349.2), 0.4),
)  # fmt: skip

ABSENT = "a person plays the piano"
"""A sentence that no scene matches."""


@dataclass(frozen=True, slots=True)
class Shown:
    """When a scene is shown: `[start_s, end_s)`."""

    scene: Scene
    start_s: float
    end_s: float


def timetable(scenes: Sequence[Scene] = SCENES) -> tuple[Shown, ...]:
    """When each scene is shown."""
    ends_s = list(accumulate(scene.seconds for scene in scenes))
    return tuple(map(Shown, scenes, [0.0, *ends_s[:-1]], ends_s))


def compose(
    path: Path, scenes: Sequence[Scene] = SCENES, on_progress: Callable[[float, float], None] | None = None
) -> tuple[Shown, ...]:
    """Write the video, 640 × 360 at 25 Hz; what it shows when.

    Args:
        path: the MP4 file.
        scenes: in order.
        on_progress: hears of the seconds written and of all seconds.

    Raises:
        ConfigError: scikit-image is not installed.
        InputError: the file cannot be written.
    """
    from visionaryvids.media.movie import MovieWriter

    shown = timetable(scenes)
    photographs = [_photograph(scene.photograph) for scene in scenes]
    with MovieWriter(path, WIDTH, HEIGHT, rate_hz=RATE_HZ, sound_hz=SOUND_HZ, gop=2 * RATE_HZ) as movie:
        for each in shown:
            movie.hear(sound(each.scene))
            for number in range(round(each.start_s * RATE_HZ), round(each.end_s * RATE_HZ)):
                movie.show(np.asarray(_picture(number / RATE_HZ, shown, photographs)))
                if on_progress is not None:
                    on_progress(number / RATE_HZ, shown[-1].end_s)
    return shown


def sound(scene: Scene) -> NDArray[np.float32]:
    """A soft chord as long as the scene, float32 `[N]`, silent at both ends so that no cut clicks."""
    at_s = np.arange(round(scene.seconds * SOUND_HZ)) / SOUND_HZ
    chord = np.mean([np.sin(2 * np.pi * tone_hz * at_s) for tone_hz in scene.chord_hz], axis=0)
    swell = 0.7 - 0.3 * np.cos(2 * np.pi * scene.beat_hz * at_s)
    edge = np.clip(np.minimum(at_s, scene.seconds - at_s) / 0.4, 0, 1)
    return (0.25 * chord * swell * edge).astype(np.float32)


def _picture(at_s: float, shown: Sequence[Shown], photographs: Sequence[Image]) -> Image:
    """What is seen at a time: one scene, or two that fade into one another."""
    from PIL import Image

    pictures = [
        (_faded_in(at_s, each), _seen(at_s, each, photograph, fade_out_s))
        for each, photograph, fade_out_s in zip(shown, photographs, _fades_out(shown), strict=True)
        if each.start_s - each.scene.fade_s / 2 <= at_s < each.end_s + fade_out_s / 2
    ]
    picture = pictures[0][1]
    for share, over in pictures[1:]:
        picture = Image.blend(picture, over, share)
    return picture


def _fades_out(shown: Sequence[Shown]) -> Iterator[float]:
    """How long the scene after each one fades in."""
    return (each.scene.fade_s for each in [*shown[1:], shown[0]])


def _faded_in(at_s: float, shown: Shown) -> float:
    fade_s = shown.scene.fade_s
    return 1.0 if fade_s == 0 else min((at_s - shown.start_s) / fade_s + 0.5, 1.0)


def _seen(at_s: float, shown: Shown, photograph: Image, fade_out_s: float) -> Image:
    """A scene's view at a time; the box has fractions of pixels, so that slow moves do not jitter."""
    from PIL import Image

    scene = shown.scene
    begin_s, end_s = shown.start_s - scene.fade_s / 2, shown.end_s + fade_out_s / 2
    share = (at_s - begin_s) / (end_s - begin_s)
    first, last = _box(scene.first, photograph.size), _box(scene.last, photograph.size)
    left, top, right, bottom = first + share * (last - first)
    return photograph.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS, (left, top, right, bottom))


def _box(view: View, photograph: tuple[int, int]) -> NDArray[np.float64]:
    """The view's left, top, right and bottom in pixels, moved inside the photograph where it sticks out."""
    widest = min(photograph[0], photograph[1] * WIDTH / HEIGHT)
    width, height = view.size * widest, view.size * widest * HEIGHT / WIDTH
    left = min(max(view.x * photograph[0] - width / 2, 0), photograph[0] - width)
    top = min(max(view.y * photograph[1] - height / 2, 0), photograph[1] - height)
    return np.array([left, top, left + width, top + height])


def _photograph(name: str) -> Image:
    from PIL import Image

    found = find_spec("skimage")
    if found is None or found.origin is None:
        raise ConfigError(
            "demo", "scikit-image, whose photographs it shows, is not installed", "the extra `demo`",
            "pip install 'visionaryvids[demo]', or give a video of your own: visionaryvids demo --video FILE QUERY",
        )  # fmt: skip
    with Image.open(Path(found.origin).parent / "data" / name) as image:
        return image.convert("RGB")
