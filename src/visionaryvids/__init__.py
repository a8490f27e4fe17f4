"""visionaryvids: describe a moment in words and get it back from any video.

    from pathlib import Path
    from visionaryvids import Localizer, evaluate, load

    localizer = Localizer.load()                                 # model `lite`: nothing to download
    video = localizer.encode(Path("holiday.mp4"))                # once
    findings = localizer.search(video, ["a dog runs into the sea"])  # as often as you like

    model = load("runs/bk/model.safetensors").network          # a PyTorch module, in evaluation mode
    result = evaluate("qvhighlights", predictions, annotations)  # the official numbers of a prediction file

Names are loaded when they are first used: `import visionaryvids` imports neither PyTorch nor NumPy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from visionaryvids.errors import VisionaryVidsError as VisionaryVidsError
    from visionaryvids.localize import EncodedVideo as EncodedVideo
    from visionaryvids.localize import Localizer as Localizer
    from visionaryvids.metrics.evaluation import evaluate_files as evaluate
    from visionaryvids.model.checkpoint import load_checkpoint as load
    from visionaryvids.types import Annotation as Annotation
    from visionaryvids.types import Answer as Answer
    from visionaryvids.types import Features as Features
    from visionaryvids.types import Findings as Findings
    from visionaryvids.types import Moment as Moment
    from visionaryvids.types import Prediction as Prediction
    from visionaryvids.types import Query as Query

__version__ = "0.1.0"

_PLACES = {
    "Annotation": ("types", "Annotation"),
    "Answer": ("types", "Answer"),
    "EncodedVideo": ("localize", "EncodedVideo"),
    "Features": ("types", "Features"),
    "Findings": ("types", "Findings"),
    "Localizer": ("localize", "Localizer"),
    "Moment": ("types", "Moment"),
    "Prediction": ("types", "Prediction"),
    "Query": ("types", "Query"),
    "VisionaryVidsError": ("errors", "VisionaryVidsError"),
    "evaluate": ("metrics.evaluation", "evaluate_files"),
    "load": ("model.checkpoint", "load_checkpoint"),
}
__all__ = [
    "Annotation",
    "Answer",
    "EncodedVideo",
    "Features",
    "Findings",
    "Localizer",
    "Moment",
    "Prediction",
    "Query",
    "VisionaryVidsError",
    "evaluate",
    "load",
]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module 'visionaryvids' has no attribute {name!r}")
    module, attribute = _PLACES[name]
    return getattr(import_module(f"visionaryvids.{module}"), attribute)
