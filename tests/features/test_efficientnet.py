"""The image encoder: the released network's numbers, and the preprocessing of the features that heads are trained on.

The expected numbers were computed once with `efficientnet-lite-pytorch` 0.1.0, the code that the weights were published
for, in float32 on an image that the test makes.
"""

import numpy as np
import pytest
from PIL import Image

from visionaryvids.features.efficientnet import ImageEncoder, class_logits, classifier

ENCODER = ImageEncoder()


def pattern() -> np.ndarray:
    y, x = np.mgrid[:224, :224]
    return np.stack([y, x, (x * y) % 256], axis=-1).astype(np.uint8)


def test_rows_are_those_of_the_published_network():
    (row,) = ENCODER.encode(pattern()[None, None])
    expected = {1062: 4.76058, 113: 4.28797, 989: 3.97812, 315: 3.69608, 782: 3.64319, 522: 3.37734}
    assert row.shape == (1280,)
    np.testing.assert_allclose([row[index] for index in expected], list(expected.values()), rtol=1e-4)
    np.testing.assert_allclose(np.float64(row).sum(), 232.251556, rtol=1e-5)
    np.testing.assert_allclose(np.square(np.float64(row)).sum(), 376.125397, rtol=1e-5)


def test_class_logits_are_those_of_the_published_network():
    (logits,) = class_logits(ENCODER.encode(pattern()[None, None]))
    assert logits.shape == (1000,)
    assert np.argsort(-logits)[:4].tolist() == [782, 854, 688, 920]
    np.testing.assert_allclose(np.sort(logits)[:-5:-1], [6.8016, 5.4301, 5.4076, 5.2088], atol=1e-3)


def test_classifier_is_read_only():
    weight, bias = classifier()
    assert (weight.shape, bias.shape) == ((1000, 1280), (1000,))
    with pytest.raises(ValueError, match="read-only"):
        bias[0] = 0


def test_a_row_does_not_depend_on_its_neighbours():
    rng = np.random.default_rng(0)
    batch = rng.integers(0, 256, (3, 1, 224, 224, 3), np.uint8)
    together = ENCODER.encode(batch)
    alone = np.concatenate([ENCODER.encode(batch[i : i + 1]) for i in range(3)])
    np.testing.assert_allclose(together, alone, atol=1e-5)


@pytest.mark.parametrize(("width", "height"), [(640, 360), (360, 640), (256, 256), (227, 411), (1920, 1080), (16, 9)])
def test_preprocessing_step_by_step(width, height):
    """Pillow's bicubic on the 8-bit image to a shorter side of 256, then the middle 224 × 224 pixels."""
    image = np.random.default_rng(width).integers(0, 256, (height, width, 3), np.uint8)
    size = (256, round(height * 256 / width)) if width < height else (round(width * 256 / height), 256)
    resized = np.asarray(Image.fromarray(image).resize(size, Image.Resampling.BICUBIC))
    top, left = (size[1] - 224) // 2, (size[0] - 224) // 2
    np.testing.assert_array_equal(ENCODER.prepare(image), resized[top : top + 224, left : left + 224])


def test_preprocessing_of_an_upright_256_is_a_plain_crop():
    image = np.random.default_rng(0).integers(0, 256, (256, 300, 3), np.uint8)
    np.testing.assert_array_equal(ENCODER.prepare(image), image[16:240, 38:262])


@pytest.mark.parametrize(("width", "height"), [(8000, 1), (3, 8000)])
def test_a_sliver_is_resized_without_its_far_ends(width, height):
    """Whole, it would become a picture of two million by 256 pixels."""
    image = np.zeros((height, width, 3), np.uint8)
    image[max(0, height // 2 - 2) : height // 2 + 2, max(0, width // 2 - 2) : width // 2 + 2] = 255
    prepared = ENCODER.prepare(image)
    assert prepared.shape == (224, 224, 3)
    assert prepared[112, 112, 0] == 255


def test_pixels_are_normalised_around_127():
    """An image of 127 is the network's zero: it must give the row of an all-zero input."""
    import torch

    (row,) = ENCODER.encode(np.full((1, 1, 224, 224, 3), 127, np.uint8))
    with torch.inference_mode():
        zero = ENCODER.network(torch.zeros(1, 3, 224, 224))[0].numpy()
    np.testing.assert_allclose(row, zero, atol=1e-5)


def test_the_middle_of_the_clip_is_looked_at():
    assert ImageEncoder(1.0).offsets_s == (0.5,)
    assert ImageEncoder(2.0).offsets_s == (1.0,)
