"""One change at a time, and what is said of the paper's three."""

import pytest

from tests.report.made_results import heldout_result
from visionaryvids.report.ablation_tables import ablation_table, ablations_of, sentences, verdict
from visionaryvids.report.score import Score

EPOCHS = {"settings": {"epochs": 500}}


def network(values, change=None, **changes):
    return heldout_result("visionaryvids", {"BK": values}, change=change, **{"settings": EPOCHS, **changes})


WHOLE = network((60.0, 62.0))
CHANGED = (
    network((50.0, 52.0), ("video position", "learned")),
    network((61.0, 63.0), ("video position", "none")),
    network((60.5, 62.5), ("memory slots", "0")),
    network((70.0, 71.0), ("optimizer", "AdamW 1e-3")),
    network((64.0, 66.0), ("optimizer", "AdamW")),
)
OTHERS = (heldout_result("ridge"), heldout_result("random", settings={"settings": [1]}))


def test_a_row_says_the_score_and_how_far_it_is_from_the_whole():
    table = ablation_table(ablations_of([*OTHERS, WHOLE, *CHANGED])[0])
    assert table.columns == ("part", "value", "seeds", "mAP@5", "difference")
    assert table.rows[0] == ("whole preset", "", "2", "61.0 ±1.4", "")
    assert table.rows[1] == ("video position", "learned", "2", "51.0 ±1.4", "-10.0 ±2.0")
    assert table.rows[3] == ("memory slots", "0", "2", "61.5 ±1.4", "+0.5 ±2.0")
    assert len(table.rows) == 1 + len(CHANGED)


def test_each_change_of_the_paper_gets_a_sentence():
    position, memory, lion = sentences(ablations_of([WHOLE, *CHANGED])[0])
    assert position == (
        "The 2-D position code helps: mAP@5 61.0 ±1.4 with it, 51.0 ±1.4 with video position learned; "
        "video position none: 62.0 ±1.4."
    )
    assert memory.startswith("Persistent memory makes no difference beyond the spread: ")
    assert lion.startswith("Lion hurts: mAP@5 61.0 ±1.4 with it, 70.5 ±0.7 with optimizer AdamW 1e-3; ")


@pytest.mark.parametrize(
    ("without", "found"),
    [((55.0, 57.0), "helps"), ((65.0, 67.0), "hurts"), ((61.9, 63.9), "makes no difference beyond the spread"),
     ((55.0,), "cannot be judged, since one seed has no spread")],
)  # fmt: skip
def test_a_difference_counts_beyond_its_spread(without, found):
    scores = [Score(sum(v) / len(v), dict(enumerate(v))) for v in ((60.0, 62.0), without)]
    assert verdict(*scores) == found


def test_what_was_not_tried_is_not_judged():
    lacking = sentences(ablations_of([WHOLE, CHANGED[2]])[0])
    assert (
        lacking[0]
        == "The 2-D position code: not known, since video position 'learned' or the whole preset was not tried."
    )
    alone = ablations_of(CHANGED)[0]
    assert ablation_table(alone).rows[0] == ("whole preset", "", "–", "–", "")
    assert ablation_table(alone).rows[1][-1] == "–"
    assert all("not known" in sentence for sentence in sentences(alone))


def test_only_what_was_tried_alike_compares():
    short = network((10.0, 11.0), settings={"settings": {"epochs": 5}})
    pooled = network((20.0, 21.0), protocol="pooled")
    (found,) = ablations_of([short, pooled, *CHANGED])
    assert found.whole is None
    groups = ablations_of([WHOLE, *CHANGED, network((1.0, 2.0), ("memory slots", "0"), protocol="pooled")])
    assert [len(group.changed) for group in groups] == [5, 1]


def test_other_presets_have_a_table_and_no_sentence():
    (found,) = ablations_of([heldout_result("umt", change=("memory slots", "16"), settings=EPOCHS), *OTHERS])
    assert ablation_table(found).title.startswith("umt, tvsum held out, rotation")
    assert sentences(found) == []
