"""The network: which modalities it takes, how its weights start, and what it refuses."""

import pytest
import torch

from tests.model.samples import batch, example, small_config, small_network
from visionaryvids.data.batch import collate
from visionaryvids.errors import ConfigError
from visionaryvids.model.config import preset
from visionaryvids.model.decode import predictions
from visionaryvids.model.network import Network, build


@pytest.mark.parametrize(("video", "audio"), [(True, True), (True, False), (False, True)])
@pytest.mark.parametrize("words", [None, 5])
def test_any_modalities_with_and_without_a_query(video, audio, words):
    config = small_config(
        video_dim=12 if video else None, audio_dim=10 if audio else None, query_dim=9 if words else None
    )
    outputs = small_network(config)(batch(7, 3, video=video, audio=audio, words=words))
    assert outputs.saliency_BT.shape == outputs.center_BT.shape == (2, 7)


def test_a_network_with_a_query_generator_also_answers_without_a_query():
    network = small_network()
    with_query, without = network(batch(7, words=4)), network(batch(7, words=None))
    assert not torch.allclose(with_query.saliency_BT, without.saliency_BT)


def test_unfitting_features_are_refused():
    with pytest.raises(ConfigError, match=r"audio features: none; expected 10 values a clip"):
        small_network()(batch(5, audio=False))
    with pytest.raises(ConfigError, match=r"video features: 12 values a clip; expected 40"):
        small_network(small_config(video_dim=40))(batch(5))


def test_a_video_longer_than_a_learned_table_is_refused_with_a_remedy():
    with pytest.raises(ConfigError, match=r"65 clips; expected at most 64(.|\n)*windows"):
        small_network()(batch(65))
    sine = {f"{part}_position": "sincos1d" for part in ("audio", "fusion", "decoder")}
    assert small_network(small_config(**sine))(batch(65)).saliency_BT.shape == (1, 65)


def test_initial_weights_have_the_deviations_of_the_table():
    network = build(preset("visionaryvids", "small", video_dim=512, audio_dim=128, query_dim=96, moments=True), 0)
    layer = network.video.layers[0].attention

    def deviation(tensor, expected):
        assert tensor.std().item() == pytest.approx(expected, rel=0.15)

    deviation(network.video.mapping.weight, (2 / (512 + 256)) ** 0.5)
    for part in layer.weight.chunk(3):
        deviation(part, (2 / 512) ** 0.5)
    deviation(network.boundary.out.weight, (2 / 257) ** 0.5)
    deviation(network.audio.position.table, 1 / 16)
    deviation(network.fusion.tokens, 1 / 16)
    deviation(layer.memory_key, 32**-0.5)
    deviation(layer.memory_value, 16**-0.5)
    assert layer.bias.abs().sum() == 0
    assert network.video.mapping.bias.abs().sum() == 0


def test_feed_forward_can_be_left_out():
    names = {name for name, _ in Network(small_config(feed_forward=False)).named_parameters()}
    assert not [name for name in names if name.startswith("video") and "feed_forward" in name]
    assert [name for name in names if name.startswith("decoder") and "feed_forward" in name]


def test_predictions_are_seconds_inside_the_video():
    block = collate([example(6, seed=1), example(15, seed=2)])
    with torch.no_grad():
        answers = predictions(small_network()(block), block, ("x", "y"), small_config().compat)
    for answer, clips in zip(answers, (6, 15), strict=True):
        assert len(answer.saliency_T) == len(answer.windows_N3) == clips
        start, end, score = answer.windows_N3.T
        assert (start >= 0).all()
        assert (end <= 2 * clips).all()
        assert (end - start >= 2 - 1e-9).all()
        assert (score[:-1] >= score[1:]).all()
        assert ((answer.saliency_T >= 0) & (answer.saliency_T <= 1)).all()
    assert [a.video_id for a in answers] == ["x", "y"]
