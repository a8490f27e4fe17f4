"""Which moments are exported, and under which file names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.report.made import HOSTILE, picks
from visionaryvids.annotations.checks import is_file_name
from visionaryvids.errors import ConfigError
from visionaryvids.report.names import clip_name, safe_name
from visionaryvids.report.picks import choose, in_time
from visionaryvids.types import Answer, Findings, Moment

CAT = (Moment(5, 9, 0.9), Moment(1, 2, 0.4), Moment(7, 8, 0.2))
DOG = (Moment(0, 3, 0.6),)
FOUND = Findings(
    "v.mp4", 10, 1, "lite", (Answer("A cat", 1, CAT, []), Answer(None, 1, DOG, []), Answer("2", 1, DOG, []))
)


def test_the_best_of_each_query_in_the_order_asked():
    chosen = choose(FOUND, top=2, min_score=0.5)
    assert [(p.number, p.query, p.rank, p.moment) for p in chosen] == [
        (1, "A cat", 1, CAT[0]),
        (2, None, 1, DOG[0]),
        (3, "2", 1, DOG[0]),
    ]
    assert len(choose(FOUND)) == 5
    assert [p.moment.start_s for p in in_time(choose(FOUND))] == [0, 0, 1, 5, 7]


def test_the_best_second_is_the_middle_of_the_best_clip_inside():
    saliency = [0.9, 0.1, 0.2, 0.8, 0.9]
    found = Findings("v.mp4", 10, 2, "lite", (Answer("q", 1, (Moment(2, 8, 1), Moment(0.1, 0.5, 1)), saliency),))
    assert [pick.best_s for pick in choose(found)] == [7, pytest.approx(0.3)]


@pytest.mark.parametrize(("query", "count"), [("a CAT", 3), ("1", 3), ("3", 1), ("2", 1)])
def test_a_query_is_named_by_words_first_and_by_number(query, count):
    chosen = choose(FOUND, query=query)
    assert len(chosen) == count
    assert query != "2" or chosen[0].query == "2"


@pytest.mark.parametrize("query", ["0", "4", "dog", "", "9" * 5000])
def test_a_query_that_was_not_asked_is_refused(query):
    if query == "":  # names the answer that has no words
        assert choose(FOUND, query=query)[0].query is None
    else:
        with pytest.raises(ConfigError, match="--query"):
            choose(FOUND, query=query)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_make_a_plain_name(text):
    assert is_file_name(safe_name(text))
    assert is_file_name(clip_name(picks((text, 61, 70, 0.5))[0], ".mp4"))


def test_names_keep_what_people_read():
    assert safe_name("हिन्दी, Größe & Co.") == "हिन्दी_Größe_Co"
    assert clip_name(picks(("A cat", 72.4, 80, 0.5))[0], ".mp4") == "01_01m12s_A_cat.mp4"


@given(st.text(max_size=300))
def test_any_words_make_a_name_of_one_component(text):
    assert is_file_name(safe_name(text), max_bytes=80)


@given(st.lists(st.text(max_size=5), min_size=2, max_size=5))
def test_names_of_one_export_differ_even_where_case_does_not_count(queries):
    names = {clip_name(pick, ".mp4").casefold() for pick in picks(*[(query, 1, 2, 0.5) for query in queries])}
    assert len(names) == len(queries)
