"""Curves for TensorBoard, from the `metrics.jsonl` that every run leaves."""

from __future__ import annotations

import importlib.util
import json
import shutil
import time
from collections.abc import Iterable
from pathlib import Path

from visionaryvids.errors import ConfigError


def require() -> None:
    """Say at once, not after hours of training, that TensorBoard is missing.

    Raises:
        ConfigError: it is not installed.
    """
    if importlib.util.find_spec("tensorboard") is None:
        remedy = 'pip install "visionaryvids[track]"'
        raise ConfigError("--tensorboard", "TensorBoard is not installed", "the extra `track`", remedy)


def export(folders: Iterable[Path]) -> None:
    """Write `FOLDER/tensorboard` for each result folder, in the place of an earlier one."""
    from tensorboard.compat.proto import event_pb2, summary_pb2
    from tensorboard.summary.writer.event_file_writer import EventFileWriter

    # Generated from protocol buffers: their names exist at run time only.
    make_event, make_summary = getattr(event_pb2, "Event"), getattr(summary_pb2, "Summary")  # noqa: B009
    make_value = make_summary.Value
    for folder in folders:
        shutil.rmtree(folder / "tensorboard", ignore_errors=True)
        for run, lines in _runs(folder / "metrics.jsonl").items():
            writer = EventFileWriter(str(folder / "tensorboard" / run))
            for line in lines:
                values = [make_value(tag=tag, simple_value=value) for tag, value in _scalars(line).items()]
                writer.add_event(
                    make_event(step=line["epoch"], wall_time=time.time(), summary=make_summary(value=values))
                )
            writer.close()


def _runs(path: Path) -> dict[str, list[dict]]:
    """The lines of a `metrics.jsonl`, by run."""
    runs: dict[str, list[dict]] = {}
    for line in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
        runs.setdefault(f"lr{line['lr']:g}-seed{line['seed']}", []).append(line)
    return runs


def _scalars(line: dict) -> dict[str, float]:
    """What one epoch says, by TensorBoard tag."""
    groups = {"loss/train": line["loss"], "loss/test": line["test_loss"] or {}, "score": line["scores"]}
    return {f"{group}/{name}": value for group, values in groups.items() for name, value in values.items()}
