"""Options of `train` that belong together: what to start from, and how to use the machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from cyclopts import Parameter, validators

from visionaryvids.cli.runs import Precision


@Parameter(name="*")
@dataclass(frozen=True)
class Starting:
    """What a run starts from."""

    start: Annotated[str | None, Parameter(name="--from")] = None
    """Fine-tune a checkpoint: a file (.safetensors of ours, .pth of UMT) or a released name, e.g. umt-asr. The
    network is built as it is."""
    fresh: Annotated[
        tuple[Literal["video", "audio", "query", "saliency", "moments"], ...] | None,
        Parameter(consume_multiple=True, negative=""),
    ] = None
    """Inputs and heads of --from to learn anew, e.g. since your features are others."""


@Parameter(name="*")
@dataclass(frozen=True)
class Scaling:
    """How to use the machine; several GPUs: `torchrun --nproc-per-node 2 -m visionaryvids train ...`."""

    precision: Precision | None = None
    """Bits of matrix products; bf16 where the GPU, or the processor (AVX512-BF16, AMX), has it."""
    accumulate: Annotated[int | None, Parameter(validator=validators.Number(gte=1))] = None
    """Pass each batch through the network in so many pieces, to save memory; the same result."""
    compile: Annotated[bool | None, Parameter(negative="")] = None
    """Compile the network: faster after some minutes."""
