"""The held-out protocol: folds share no video and miss none, methods see no test video, runs go on where they ended."""

import json

import numpy as np
import pytest

from tests.cli.run import here
from visionaryvids.errors import ConfigError
from visionaryvids.recipes.heldout.folds import Domain, Fold, as_published, deal_out, leave_one_out
from visionaryvids.recipes.heldout.ridge import ridge_scores

TOLD = ("--protocol", "heldout", "--domains", "BK")


def ids(examples):
    return {example.annotation.video_id for example in examples}


@pytest.mark.parametrize("divide", [leave_one_out, lambda domains: deal_out(domains, 3)])
def test_every_video_is_tested_once_by_who_has_not_seen_it(domain, divide):
    other = Domain("other", domain.train[:2], domain.test)
    folds = divide((domain, other) if divide is leave_one_out else (domain,))
    tested = [example.annotation.video_id for fold in folds for example in fold.test]
    assert len(tested) == sum(len(each.videos) for each in ((domain, other) if divide is leave_one_out else (domain,)))
    assert ids(domain.videos) <= set(tested)
    for fold in folds:
        assert not ids(fold.train) & ids(fold.test)


def test_the_published_fold_is_the_published_split(domain):
    [fold] = as_published([domain])
    assert (ids(fold.train), ids(fold.test)) == (ids(domain.train), ids(domain.test))


def test_a_video_in_both_parts_is_refused(domain):
    with pytest.raises(ConfigError, match="in both"):
        Fold(domain.train, domain.train[:1])


def test_ridge_ranks_what_a_line_can_rank_and_test_labels_play_no_part(domain):
    [found] = ridge_scores(domain.train, domain.test, seed=1)
    [example] = domain.test
    assert example.saliency_T is not None
    unlabelled = type(example)(example.annotation, example.features, example.query, np.zeros_like(example.saliency_T))
    [blind] = ridge_scores(domain.train, (unlabelled,), seed=1)
    np.testing.assert_array_equal(found.saliency_T, blind.saliency_T)
    assert np.corrcoef(found.saliency_T, example.saliency_T)[0, 1] > 0.2


def test_the_network_rotates_and_a_second_call_only_reads(capsys, tvsum_root, tmp_path):
    told = ("reproduce", "table3", *TOLD, "--data", tvsum_root, "--out", tmp_path, "--epochs", 1, "--seeds", 1)
    first = here(capsys, *told)
    assert first.status == 0, first.err
    path = tmp_path / "tvsum-rotation-visionaryvids" / "result.json"
    result = json.loads(path.read_text())
    assert result["videos"] == {"BK": 5}
    assert result["folds"] == 5
    assert {"mAP@5", "mAP@15", "kendall", "spearman"} <= result["scores"]["all"].keys()
    assert here(capsys, *told).status == 2
    assert here(capsys, *told, "--resume").status == 0
    assert json.loads(path.read_text())["scores"] == result["scores"]
    page = tmp_path / "page.md"
    assert here(capsys, "report", tmp_path, "--page", page).status == 0
    assert "### tvsum held out, rotation\n" in page.read_text()
    assert "[visionaryvids](tvsum-rotation-visionaryvids/result.json)" in page.read_text()


def test_one_change_at_a_time_is_a_row_each(capsys, tvsum_root, tmp_path):
    told = (
        "--parts",
        "optimizer",
        "--data",
        tvsum_root,
        "--out",
        tmp_path,
        "--domains",
        "BK",
        "--epochs",
        1,
        "--seeds",
        1,
    )
    ran = here(capsys, "reproduce", "ablations", *told)
    assert ran.status == 0, ran.err
    assert all(name in ran.out for name in ("visionaryvids", "optimizer: AdamW", "optimizer: AdamW 1e-3"))
