"""CNN14 against the public reference: front end, every block, rows and classes; and laws that need no goldens."""

from functools import cache

import numpy as np
import pytest
import torch

from tests.features.golden_weights import arrays, assert_close, assert_stage, entries, outputs, seeded
from tests.shared import needs_shared
from visionaryvids.errors import CheckpointError
from visionaryvids.features.cnn14 import Cnn14, SoundEncoder, load_network, mel_filters


@cache
def network() -> Cnn14:
    return load_network(seeded(Cnn14()))  # for this network these are the goldens' own weights


def noise(seconds: float, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-0.5, 0.5, round(32000 * seconds)).astype(np.float32)


@needs_shared
def test_keys_and_shapes_are_the_published_ones_but_for_the_front_end():
    own = {key: list(value.shape) for key, value in Cnn14().state_dict().items()}
    assert own == {entry["key"]: entry["shape"] for entry in entries("cnn14") if entry["rule"] != "as_built"}


@needs_shared
def test_mel_filters_are_the_references():
    np.testing.assert_allclose(mel_filters(), arrays("cnn14")["mel_matrix"], atol=1e-8)


@needs_shared
@torch.inference_mode()
def test_front_end_every_block_rows_and_classes_are_the_references():
    stored = arrays("cnn14")
    waveform = torch.from_numpy(stored["waveform"])[None]
    record = outputs(network(), ["bn0", "fc1"])
    assert_stage(stored, "spectrogram", network().spectrogram(waveform)[:, None])
    np.testing.assert_allclose(network().log_mel(waveform).numpy(), stored["logmel"], rtol=0, atol=1e-3)
    rows = network()(waveform)
    assert_close(rows, stored["embedding"])
    assert_stage(stored, "bn0", record["bn0"][0])
    assert_stage(stored, "fc1_before_relu", record["fc1"][0])
    np.testing.assert_allclose(network().classify(rows), stored["clipwise_output"], rtol=0, atol=1e-4)


@needs_shared
@torch.inference_mode()
def test_the_network_without_our_front_end_is_the_references():
    stored = arrays("cnn14")
    assert_close(network().embed(torch.from_numpy(stored["logmel"])), stored["embedding"])


@needs_shared
def test_a_file_with_the_front_ends_constants_fits():
    constants = {e["key"]: torch.zeros(e["shape"]) for e in entries("cnn14") if e["rule"] == "as_built"}
    assert len(constants) == 3
    load_network(network().state_dict() | constants)


def test_other_weights_are_refused():
    state = network().state_dict()
    with pytest.raises(CheckpointError, match=r"1 parameters missing.*fc1\.bias"):
        load_network({key: value for key, value in state.items() if key != "fc1.bias"})


def test_a_row_depends_on_its_own_clip_alone():
    encoder, sound = SoundEncoder(network, 0.5), noise(1.2)
    rows = encoder.encode(np.array_split(sound, 7), 4)
    assert rows.shape == (4, 2048)
    assert np.isfinite(rows).all()
    for clip, row in enumerate(rows):
        (alone,) = encoder.encode([sound[clip * 16000 : (clip + 1) * 16000]], 1)
        np.testing.assert_allclose(row, alone, rtol=1e-4, atol=1e-4)
    assert np.abs(rows[3] - rows[2]).max() > 0.1  # silence is a sound of its own
    np.testing.assert_array_equal(rows, encoder.encode([sound], 4))


def test_clips_shorter_than_the_network_takes_are_followed_by_silence():
    """A sixth of a second, as in Charades; clip t starts at t / 6 s however long the video is."""
    rows = SoundEncoder(network, 1 / 6).encode([noise(0.5)], 3)
    (last,) = SoundEncoder(network, 0.31).encode([noise(0.5)[10667:]], 1)
    np.testing.assert_allclose(rows[2], last, rtol=1e-4, atol=1e-4)
