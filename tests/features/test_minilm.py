"""The sentence encoder: the released network's token states.

The expected numbers were computed once with `transformers` 5 (BertModel, float32) from the same weights.
"""

import json

import numpy as np
import pytest

from tests.shared import SHARED, needs_shared
from visionaryvids.features.minilm import MAX_TOKENS, SentenceEncoder, pooled

ENCODE = SentenceEncoder()
SENTENCES = {
    "A dog rides a skateboard.": (9, (0.29833, -0.72222, 0.21978), (0.10357, 0.07375, 0.13273)),
    "Zwei Männer öffnen ein großes Tor": (13, (-0.10517, 0.41607, 0.12004), (0.5001, 0.04259, 0.21898)),
    "": (2, (0.00604, 0.02769, 0.03154), (1.63974, 0.75093, -0.04594)),
}
LONG = "a bird sings in a tree and " * 100


def test_token_states_are_those_of_the_published_network():
    queries = ENCODE(list(SENTENCES))
    for query, (text, (length, first, last)) in zip(queries, SENTENCES.items(), strict=True):
        assert query.text == text
        assert query.tokens_LD.shape == (length, 384)
        np.testing.assert_allclose(query.tokens_LD[0, :3], first, atol=2e-5)
        np.testing.assert_allclose(query.tokens_LD[-1, -3:], last, atol=2e-5)


def test_a_long_sentence_is_cut_and_keeps_its_end_token():
    (query,) = ENCODE([LONG])
    assert len(query.tokens_LD) == MAX_TOKENS
    np.testing.assert_allclose(query.tokens_LD[-1, :3], [0.6537, -0.63441, -0.25617], atol=2e-5)


def test_order_and_company_of_sentences_do_not_matter():
    sentences = [*SENTENCES, LONG, *(f"sentence number {n} " * (n % 5 + 1) for n in range(40))]
    together = ENCODE(sentences)
    assert [query.text for query in together] == sentences
    for index in (0, 2, 3, 20, 43):
        (alone,) = ENCODE([sentences[index]])
        np.testing.assert_allclose(together[index].tokens_LD, alone.tokens_LD, atol=2e-5)


def test_pooled_is_the_normalised_mean():
    (query,) = ENCODE(["A dog rides a skateboard."])
    np.testing.assert_allclose(pooled(query)[:4], [0.06489, -0.12144, 0.00028, 0.04841], atol=2e-5)
    assert np.linalg.norm(pooled(query)) == pytest.approx(1, abs=1e-6)


def test_nothing_asked_nothing_answered():
    assert ENCODE([]) == []


@needs_shared
def test_real_queries_match_released_token_states():
    folder = SHARED / "data" / "qvhighlights"
    lines = (folder / "highlight_val_release.jsonl").read_text().splitlines()[:200:5]
    rows = [json.loads(line) for line in lines]
    for row, query in zip(rows, ENCODE([row["query"] for row in rows]), strict=True):
        with np.load(folder / "query_features" / f"qid{row['qid']}.npz") as file:
            states = file["last_hidden_state"].astype(np.float32)
        np.testing.assert_allclose(query.tokens_LD, states, rtol=1e-3, atol=2e-3)  # they are rounded to float16
