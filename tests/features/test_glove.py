"""Words of sentences and their vectors."""

import numpy as np
import pytest

from visionaryvids.errors import FeatureError
from visionaryvids.features.glove import WIDTH, WordEncoder, embed, words

VECTORS = {"a": np.array([1, 0], np.float32), "door": np.array([0, 2], np.float32), "'s": np.ones(2, np.float32)}


def test_words_leave_punctuation_out_unless_compat():
    sentence = "A T-shirt, the person's; (door)!"
    assert words(sentence) == ["a", "t-shirt", "the", "person", "'s", "door"]
    assert words(sentence, compat=True) == ["a", "t-shirt,", "the", "person's;", "(door)!"]


def test_embed_gives_zeros_for_unknown_words():
    np.testing.assert_array_equal(embed("A red door,", VECTORS), [[1, 0], [0, 0], [0, 2]])
    np.testing.assert_array_equal(embed("A red door,", VECTORS, compat=True), [[1, 0], [0, 0], [0, 0]])
    np.testing.assert_array_equal(embed("!", VECTORS), [[0, 0]])
    with pytest.raises(FeatureError, match="no word vectors"):
        embed("a", {})


def test_an_encoder_looks_up_the_words_of_all_sentences_at_once():
    asked = []
    encode = WordEncoder(lambda vocabulary: asked.append(set(vocabulary)) or VECTORS)
    first, second = encode(["A door.", "a red t-shirt"])
    assert asked == [{"a", "door", "red", "t-shirt"}]
    assert (first.text, second.text) == ("A door.", "a red t-shirt")
    np.testing.assert_array_equal(first.tokens_LD, [[1, 0], [0, 2]])
    np.testing.assert_array_equal(second.tokens_LD, [[1, 0], [0, 0], [0, 0]])


def test_sentences_without_any_known_word_are_zeros_of_the_right_width():
    (query,) = WordEncoder(lambda _: {})(["xyzzy plugh"])
    assert query.tokens_LD.shape == (2, WIDTH)
    assert not query.tokens_LD.any()
