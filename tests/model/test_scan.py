"""The joint network on videos of any length: one stretch is what the network says, many are merged without seams."""

import math

import numpy as np
import pytest
import torch

from tests.model.samples import AUDIO, CLIP_S, QUERY, VIDEO, rows, sentence, small_config
from visionaryvids.data.batch import Batch, collate
from visionaryvids.data.example import Example
from visionaryvids.errors import ConfigError
from visionaryvids.intervals import nms
from visionaryvids.model.calibration import Line
from visionaryvids.model.config import ModelConfig
from visionaryvids.model.decode import predictions
from visionaryvids.model.network import Network, Outputs, build
from visionaryvids.model.scan import ALWAYS_ANSWERS, SILENT, UNASKED, UNCALIBRATED, NetworkBrain
from visionaryvids.types import Annotation, Features

KINDS = ["visionaryvids", "umt"]


def network(name="umt", **changes) -> Network:
    made = build(small_config(name, max_clips=400, **changes), seed=3).eval()
    with torch.no_grad():
        for value in made.parameters():
            value.add_(0.2 * torch.randn(value.shape, generator=torch.Generator().manual_seed(value.numel())))
        if made.boundary is not None:
            made.boundary.out.bias.copy_(torch.tensor([0.0, 5.0, 0.3]))
    return made


def features(clips, *, sound=True, seed=0):
    return Features(CLIP_S, rows(clips, VIDEO, seed), rows(clips, AUDIO, seed + 1) if sound else None)


def ask(made, clips, *asked, top=10, encoders="qvhighlights"):
    watched = NetworkBrain(made, encoders).watch(features(clips))
    return watched.answer(asked, duration_s=clips * CLIP_S, top=top)


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("clips", [1, 30, 75])
def test_one_stretch_is_what_the_network_and_its_decoding_say(name, clips):
    made, query = network(name), sentence(1)
    [found] = ask(made, clips, query, top=100)
    example = Example(Annotation("v", "q", query.text, None, CLIP_S), features(clips), query, None)
    batch = collate([example])
    with torch.no_grad():
        [direct] = predictions(made(batch), batch, ("v",), made.config.compat)
    np.testing.assert_allclose(found.saliency_T, direct.saliency_T, atol=1e-6)
    kept = nms(direct.windows_N3[:40], "normal", threshold=0.5)
    expected = kept[(kept[:, 2] > 0) & (kept[:, 1] > kept[:, 0])]
    moments = [(m.start_s, m.end_s, m.score) for m in found.moments]
    np.testing.assert_allclose(moments, expected, atol=1e-5)
    assert found.present == found.moments[0].score
    assert found.query == query.text


@pytest.mark.parametrize("clips", [76, 200, 3000])
def test_a_long_video_is_seen_whole(clips):
    made, query = network(), sentence(1)
    found, again = (ask(made, clips, query)[0] for _ in range(2))
    assert found.saliency_T.shape == (clips,)
    assert np.isfinite(found.saliency_T).all()
    assert found.saliency_T.min() > 0, "every clip was looked at"
    assert all(0 <= m.start_s < m.end_s <= clips * CLIP_S for m in found.moments)
    assert found.moments == again.moments
    np.testing.assert_array_equal(found.saliency_T, again.saliency_T)


class Ruled(torch.nn.Module):
    """In the place of a network: rows of ones are a moment, with edges where they are."""

    def __init__(self) -> None:
        super().__init__()
        self.config = ModelConfig(1, None, 1, moments=True)

    def forward(self, batch: Batch) -> Outputs:
        marked_BT = batch.video_BTD[..., 0] > 0
        center_BT, window_BT, offset_BT = (torch.zeros(marked_BT.shape) for _ in range(3))
        for row, marked_T in enumerate(marked_BT):
            inside = marked_T.nonzero()[:, 0]
            if len(inside):
                middle = float(inside[0] + inside[-1]) / 2
                center_BT[row, int(middle)] = 5.0
                window_BT[row, int(middle)] = float(inside[-1] - inside[0])
                offset_BT[row, int(middle)] = middle % 1
        center_BT[center_BT == 0] = -20.0
        return Outputs(batch.mask_BT, torch.where(marked_BT, 4.0, -4.0), center_BT, window_BT, offset_BT)


@pytest.mark.parametrize(("start", "end"), [(10, 20), (60, 90), (70, 80), (100, 136), (290, 300), (0, 9)])
def test_a_moment_across_the_edge_of_a_stretch_is_found_whole(start, end):
    marked = np.zeros((300, 1), np.float32)
    marked[start:end] = 1
    watched = NetworkBrain(Ruled(), "qvhighlights").watch(Features(2.0, marked, None))
    [found] = watched.answer([sentence(1, 1)], duration_s=600.0, top=5)
    sure = [moment for moment in found.moments if moment.score > 0.5]
    assert [(moment.start_s, moment.end_s) for moment in sure] == [(2.0 * start, 2.0 * end)]
    np.testing.assert_allclose(found.saliency_T > 0.5, marked[:, 0] > 0)


def test_a_moment_longer_than_what_stretches_share_is_not_lost():
    marked = np.zeros((300, 1), np.float32)
    marked[60:200] = 1
    watched = NetworkBrain(Ruled(), "qvhighlights").watch(Features(2.0, marked, None))
    [found] = watched.answer([sentence(1, 1)], duration_s=600.0, top=9)
    sure = [moment for moment in found.moments if moment.score > 0.5]
    assert sure
    assert all(120.0 <= moment.start_s < moment.end_s <= 400.0 for moment in sure)


def test_the_network_gets_prepared_rows():
    for name, length in (("charades", 1.0), ("qvhighlights", None)):
        seen = NetworkBrain(network(), name).watch(features(5)).features
        expected = rows(5) if length is None else rows(5) / np.linalg.norm(rows(5), axis=1, keepdims=True)
        np.testing.assert_allclose(seen.video_TD, expected, rtol=1e-6)


def test_charades_is_seen_in_longer_stretches():
    lengths = {name: NetworkBrain(network(), name).watch(features(380)).length for name in ("tvsum", "charades")}
    assert lengths == {"tvsum": 75, "charades": 30}  # of 2 s here: 150 s, and 60 s


def test_no_stretch_is_longer_than_the_position_tables():
    made = build(small_config("umt", max_clips=20), 0).eval()
    assert NetworkBrain(made, "tvsum").watch(features(50)).length == 20


def test_a_network_without_saliency_has_a_curve_of_its_moments():
    [found] = ask(network(saliency=False), 40, sentence(1), top=1)
    [best] = found.moments
    assert found.saliency_T.max() == pytest.approx(best.score)
    middle = math.floor((best.start_s + best.end_s) / 2 / CLIP_S)
    assert found.saliency_T[middle] == pytest.approx(best.score)


def test_a_network_without_moments_says_the_clips_that_stand_out():
    made = network(moments=False)
    found, unasked = ask(made, 100, sentence(1), None)
    assert found.present == pytest.approx(found.saliency_T.max())
    assert unasked.present == 1.0
    assert unasked.query is None
    for each in (found, unasked):
        assert each.moments[0].score == pytest.approx(each.saliency_T.max())
    assert not np.allclose(found.saliency_T, unasked.saliency_T)


def test_a_presence_head_says_whether_it_is_there():
    made = network("visionaryvids", presence=True)
    [found] = ask(made, 30, sentence(1))
    assert 0 < found.present < 1
    assert found.present != found.moments[0].score
    assert NetworkBrain(made, "qvhighlights").caveats(["a"]) == (UNCALIBRATED,)


@pytest.mark.parametrize("changes", [{"presence": True}, {}, {"moments": False}])
@pytest.mark.parametrize("clips", [30, 200])
def test_a_line_calibrates_present_and_nothing_else(changes, clips):
    made, line, asked = network("visionaryvids", **changes), Line(0.5, -1.0), [sentence(1), sentence(2)]
    plain, calibrated = (NetworkBrain(made, "qvhighlights", None, each) for each in (None, line))
    before, after = (
        brain.watch(features(clips)).answer(asked, duration_s=clips * CLIP_S, top=5) for brain in (plain, calibrated)
    )
    for one, other in zip(before, after, strict=True):
        assert other.present == pytest.approx(line.probability(one.present))
        assert other.present != pytest.approx(one.present)
        assert other.moments == one.moments
        np.testing.assert_array_equal(other.saliency_T, one.saliency_T)
    assert calibrated.caveats(["a"]) == ()
    assert plain.caveats(["a"]) != ()


def test_a_line_leaves_what_nobody_asked_for_certain():
    brain = NetworkBrain(network(moments=False), "tvsum", None, Line(0.5, -1.0))
    assert brain.watch(features(20)).answer([None], duration_s=40.0, top=1)[0].present == 1.0


def test_caveats():
    reads = NetworkBrain(network(), "qvhighlights")
    assert reads.caveats(["a", "b"]) == (ALWAYS_ANSWERS,)
    assert reads.caveats([]) == ()
    with pytest.raises(ConfigError, match="nothing is asked") as raised:
        reads.caveats(["a", None])
    assert raised.value.problem.remedy
    rates = NetworkBrain(network(moments=False), "tvsum")
    assert rates.caveats(["a", None]) == (ALWAYS_ANSWERS, UNASKED)
    mute = NetworkBrain(network(query_dim=None, moments=False), "youtube")
    assert mute.caveats([None]) == ()
    with pytest.raises(ConfigError, match="reads no sentences") as raised:
        mute.caveats([None, "a"])
    assert raised.value.problem.remedy


def test_a_silent_video_is_answered_with_a_warning():
    brain = NetworkBrain(network(), "qvhighlights")
    silent = brain.watch(features(20, sound=False))
    assert silent.warnings == (SILENT,)
    zeros = brain.watch(Features(CLIP_S, rows(20), np.zeros((20, AUDIO), np.float32)))
    assert zeros.warnings == ()
    asked = [sentence(1, QUERY)]
    assert silent.answer(asked, duration_s=40, top=3)[0].moments == zeros.answer(asked, duration_s=40, top=3)[0].moments
