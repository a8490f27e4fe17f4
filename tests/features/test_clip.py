"""CLIP and SigLIP against transformers' own processor and networks, on random weights and real frames."""

from functools import cache

import numpy as np
import pytest
import torch
import transformers
from PIL import Image
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from tests.shared import SHARED, needs_shared
from visionaryvids.errors import CheckpointError, ConfigError
from visionaryvids.features.clip import TextEncoder, load_network, look, picture_encoder
from visionaryvids.features.clip_named import named
from visionaryvids.media.video import frames_at

WORDS = ["a", "dog", "rides", "skateboard", "?", "<start>", "<end>"]
SENTENCES = ["a dog", "a dog rides a skateboard", "rides"]
SIZES = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4}


def small_config():
    text = {**SIZES, "vocab_size": 7, "bos_token_id": 5, "eos_token_id": 6, "pad_token_id": 4}
    return transformers.CLIPConfig(
        text_config=text, vision_config={**SIZES, "image_size": 224, "patch_size": 32}, projection_dim=24
    )


@cache
def small():
    torch.manual_seed(0)
    model = transformers.CLIPModel(small_config()).eval()
    return model, load_network(model.state_dict(), small_config())


def tokenizer() -> Tokenizer:
    made = Tokenizer(models.WordLevel({word: index for index, word in enumerate(WORDS)}, unk_token="?"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.post_processor = processors.TemplateProcessing(
        "<start> $A <end>", special_tokens=[("<start>", 5), ("<end>", 6)]
    )
    return made


def text_encoder() -> TextEncoder:
    return TextEncoder(lambda: small()[1], lambda sentence: tokenizer().encode(sentence).ids)


def pictures() -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    return [rng.integers(0, 256, (*size, 3), np.uint8) for size in ((240, 427), (426, 240), (224, 224), (90, 120))]


def assert_same_pixels(images, processor, our_look):
    worst = 0.0
    for image in images:
        ours = our_look.pixels(torch.from_numpy(our_look.prepare(image)[None, None].copy()))[0, :, 0].numpy()
        theirs = np.asarray(processor(Image.fromarray(image), return_tensors="np")["pixel_values"][0])
        worst = max(worst, float(np.abs(ours - theirs).max()))
    assert worst < 2e-6  # of values from -2 to 3


@needs_shared
def test_real_frames_are_prepared_as_by_transformers():
    names = ("nasa_13013.mp4", "skateboarding_dog.mp4", "cockatoo.mp4", "women_long_jump.mp4")
    frames = [frame.image_HW3 for name in names for frame in frames_at(SHARED / "videos" / name, [1.0, 7.0])]
    assert_same_pixels(frames, transformers.CLIPImageProcessorPil(), look(2.0))


def test_made_pictures_are_prepared_as_by_transformers():
    assert_same_pixels(pictures(), transformers.CLIPImageProcessorPil(), look(2.0))


@torch.inference_mode()
def test_rows_are_those_of_transformers():
    model, network = small()
    encoder = picture_encoder(lambda: network, look(2.0))
    batch = np.stack([encoder.prepare(image)[None] for image in pictures()])
    values = transformers.CLIPImageProcessorPil()([Image.fromarray(image) for image in pictures()], return_tensors="pt")
    expected = model.get_image_features(**values).pooler_output.numpy()
    rows = encoder.encode(batch)
    assert encoder.offsets_s == (1.0,)
    np.testing.assert_allclose(rows, expected, atol=1e-6)
    np.testing.assert_allclose(rows, np.concatenate([encoder.encode(each[None]) for each in batch]), atol=1e-6)


@torch.inference_mode()
def test_token_states_and_sentences_are_those_of_transformers():
    model = small()[0]
    for query, pooled in zip(text_encoder()(SENTENCES), text_encoder().pooled(SENTENCES), strict=True):
        ids = torch.tensor([tokenizer().encode(query.text).ids])
        expected = model.text_model(input_ids=ids)
        np.testing.assert_allclose(query.tokens_LD, expected.last_hidden_state[0].numpy(), atol=1e-5)
        np.testing.assert_allclose(pooled, model.text_projection(expected.pooler_output)[0].numpy(), atol=1e-5)
    assert [len(query.tokens_LD) for query in text_encoder()(SENTENCES)] == [4, 7, 3]


def test_files_with_position_numbers_fit_and_others_do_not():
    state = small()[0].state_dict()
    load_network(state | {"text_model.embeddings.position_ids": torch.arange(77)[None]}, small_config())
    with pytest.raises(CheckpointError, match="of another shape"):
        load_network(state | {"visual_projection.weight": torch.zeros(1, 1)}, small_config())


@pytest.mark.slow
@torch.inference_mode()
def test_vit_b_32_has_the_published_size():
    """151,277,313 parameters; 512 numbers a picture, a token and a sentence."""
    model = transformers.CLIPModel(transformers.CLIPConfig())
    assert sum(value.numel() for value in model.parameters()) == 151_277_313
    network = load_network(model.state_dict())
    assert picture_encoder(lambda: network, look(2.0)).encode(np.zeros((2, 1, 224, 224, 3), np.uint8)).shape == (2, 512)
    (query,) = TextEncoder(lambda: network, lambda _: [49406, 320, 49407])([""])
    assert query.tokens_LD.shape == (3, 512)


def save(folder, model, processor) -> None:
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    marks = {"bos_token": "<start>", "eos_token": "<end>", "unk_token": "?", "pad_token": "?"}
    transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer(), **marks).save_pretrained(folder)


def siglip():
    text = {**SIZES, "vocab_size": 7, "bos_token_id": 5, "eos_token_id": 6, "pad_token_id": 4}
    vision = {**SIZES, "image_size": 64, "patch_size": 32}
    torch.manual_seed(0)
    return transformers.SiglipModel(transformers.SiglipConfig(text_config=text, vision_config=vision)).eval()


@torch.inference_mode()
def test_a_clip_by_name(tmp_path):
    save(tmp_path, small()[0], transformers.CLIPImageProcessorPil())
    pair = named(str(tmp_path), 2.0)
    batch = np.stack([pair.pictures.prepare(image)[None] for image in pictures()])
    expected = picture_encoder(lambda: small()[1], look(2.0)).encode(batch)
    np.testing.assert_allclose(pair.pictures.encode(batch), expected, atol=1e-6)
    np.testing.assert_allclose(pair.text.pooled(SENTENCES), text_encoder().pooled(SENTENCES), atol=1e-6)
    assert (pair.row_width, pair.token_width) == (24, 32)


@torch.inference_mode()
def test_a_siglip_by_name(tmp_path):
    """It squashes pictures, and sees what stands after a sentence's end: always 64 tokens."""
    model, processor = siglip(), transformers.SiglipImageProcessorPil(size={"height": 64, "width": 64})
    save(tmp_path, model, processor)
    pair = named(str(tmp_path), 2.0)
    assert_same_pixels(pictures(), processor, pair.pictures.look)
    batch = np.stack([pair.pictures.prepare(image)[None] for image in pictures()])
    values = processor([Image.fromarray(image) for image in pictures()], return_tensors="pt")
    rows = model.get_image_features(**values).pooler_output.numpy()
    np.testing.assert_allclose(pair.pictures.encode(batch), rows, atol=1e-5)
    ids = torch.tensor(
        [[*encoded.ids, *[4] * (64 - len(encoded.ids))] for encoded in map(tokenizer().encode, SENTENCES)]
    )
    expected = model.get_text_features(input_ids=ids)
    np.testing.assert_allclose(pair.text.pooled(SENTENCES), expected.pooler_output.numpy(), atol=1e-5)
    for query, states in zip(pair.text(SENTENCES), expected.last_hidden_state.numpy(), strict=True):
        np.testing.assert_allclose(query.tokens_LD, states[: len(query.tokens_LD)], atol=1e-5)
    assert (pair.row_width, pair.token_width) == (32, 32)


def test_what_is_no_clip_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read"):
        named(str(tmp_path), 2.0)


def test_missing_weights_are_told_when_they_are_needed(tmp_path):
    save(tmp_path, small()[0], transformers.CLIPImageProcessorPil())
    (tmp_path / "model.safetensors").unlink()
    pair = named(str(tmp_path), 2.0)
    with pytest.raises(ConfigError, match="cannot be read"):
        pair.text.pooled(["a dog"])
