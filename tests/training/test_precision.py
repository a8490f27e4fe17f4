"""Half precision: nearly the same numbers, losses and weights in 32 bits, and exact resumption of the loss scale."""

import pytest
import torch

from tests.model.samples import batch
from tests.training.tasks import NO_DROPOUT, losses, small_config, small_settings, uneven_task, weights
from visionaryvids.errors import ConfigError
from visionaryvids.model.network import build
from visionaryvids.training.loop import train
from visionaryvids.training.precision import cast, in_float32, make_scaler, restore_scaler, scaler_values

GPU = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
DEVICES = ["cpu", pytest.param("cuda", marks=GPU)]
HALVES = ["bf16", "fp16"]


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("precision", HALVES)
def test_the_forward_pass_is_in_halves_and_the_losses_are_not(device, precision):
    network, inputs = build(small_config(), 0).to(device).eval(), batch(9, 5).to(device)
    with cast(precision, device):
        outputs = network(inputs)
    assert outputs.saliency_BT.dtype == {"bf16": torch.bfloat16, "fp16": torch.float16}[precision]
    whole = in_float32(outputs)
    assert whole.saliency_BT.dtype == whole.center_BT.dtype == torch.float32
    torch.testing.assert_close(whole.saliency_BT, network(inputs).saliency_BT, rtol=0.05, atol=0.05)


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("precision", HALVES)
def test_a_run_in_halves_learns_what_one_in_32_bits_does(device, precision, tmp_path):
    told = {"epochs": 30, "batch_size": 4, "optimizer": "adamw", "device": device}
    whole = train(uneven_task(), small_config(**NO_DROPOUT), small_settings(**told), tmp_path / "whole")
    settings = small_settings(**told, precision=precision)
    half = train(uneven_task(), small_config(**NO_DROPOUT), settings, tmp_path / "half")
    assert losses(half)[-1] == pytest.approx(losses(whole)[-1], rel=0.35)
    assert losses(half)[-1] < 0.5 * losses(half)[0]
    assert {p.dtype for p in half.network.parameters()} == {torch.float32}
    assert weights(tmp_path / "half") != weights(tmp_path / "whole")  # it did run in halves


@pytest.mark.parametrize("precision", HALVES)
def test_a_run_in_halves_resumes_to_the_bit(precision, tmp_path):
    def stop(record) -> None:
        if record.epoch == 3:
            raise KeyboardInterrupt

    settings = small_settings(precision=precision)
    train(uneven_task(), small_config(), settings, tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        train(uneven_task(), small_config(), settings, tmp_path / "cut", on_epoch=stop)
    train(uneven_task(), small_config(), settings, tmp_path / "cut", resume=True)
    assert weights(tmp_path / "cut") == weights(tmp_path / "whole")


def test_the_scalers_state_is_kept():
    """An overflow halves the factor; another scaler goes on from there."""
    parameter = torch.nn.Parameter(torch.ones(1))
    optimizer, scaler = torch.optim.SGD([parameter], lr=0.1), make_scaler("fp16", "cpu")
    scaler.scale(parameter.sum() * float("inf")).backward()
    scaler.step(optimizer)
    scaler.update()
    assert parameter.item() == 1.0  # the step was left out
    other = make_scaler("fp16", "cpu")
    restore_scaler(other, scaler_values(scaler))
    assert other.get_scale() == scaler.get_scale() == 2.0**15
    assert len(scaler_values(make_scaler("fp32", "cpu"))) == 0


def test_an_unknown_precision_is_refused():
    with pytest.raises(ConfigError, match="precision: 'fp8'; expected fp32 or bf16 or fp16"):
        small_settings(precision="fp8")
