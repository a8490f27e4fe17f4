"""Captions by networks of the real classes with random weights: frames in, rows of the text track out."""

import numpy as np
import pytest
import torch
import transformers
from PIL import Image

from tests.features.test_clip import pictures, save, siglip, tokenizer
from tests.media.make import write_video
from visionaryvids.errors import ConfigError
from visionaryvids.features.captions import CaptionEncoder, Writer, captioning, model_identity
from visionaryvids.features.extract import extract
from visionaryvids.features.minilm import SentenceEncoder
from visionaryvids.features.text_track import SPEC, embedded

TEXT = SentenceEncoder()
SMALL = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 1, "num_attention_heads": 2}
WORDS = {**SMALL, "vocab_size": 7, "bos_token_id": 5, "sep_token_id": 6, "eos_token_id": 6, "pad_token_id": 4}


def blip():
    """BLIP of 1 layer."""
    vision = {**SMALL, "image_size": 64, "patch_size": 32}
    config = transformers.BlipConfig(text_config={**WORDS, "encoder_hidden_size": 32}, vision_config=vision)
    torch.manual_seed(0)
    return transformers.BlipForConditionalGeneration(config).eval()


def vit_gpt2():
    """ViT-GPT2 of 1 layer, which transformers calls a vision encoder-decoder."""
    vision = transformers.ViTConfig(**SMALL, image_size=64, patch_size=32)
    words = transformers.GPT2Config(
        vocab_size=7,
        n_embd=32,
        n_layer=1,
        n_head=2,
        bos_token_id=5,
        eos_token_id=6,
        add_cross_attention=True,
        tie_word_embeddings=False,
        initializer_range=1.0,
    )
    config = transformers.VisionEncoderDecoderConfig.from_encoder_decoder_configs(vision, words)
    config.decoder_start_token_id, config.pad_token_id, config.eos_token_id = 5, 4, 6
    torch.manual_seed(0)
    model = transformers.VisionEncoderDecoderModel(config).eval()
    model.generation_config = transformers.GenerationConfig(decoder_start_token_id=5, pad_token_id=4, eos_token_id=6)
    return model


def git():
    """GIT of 1 layer."""
    vision = {**SMALL, "image_size": 64, "patch_size": 32}
    torch.manual_seed(0)
    config = transformers.GitConfig(vision_config=vision, **WORDS, max_position_embeddings=64, initializer_range=1.0)
    return transformers.GitForCausalLM(config).eval()


SQUARE = {"height": 64, "width": 64}
PROCESSORS = {
    blip: lambda: transformers.BlipImageProcessorPil(size=SQUARE),
    vit_gpt2: lambda: transformers.ViTImageProcessorPil(size=SQUARE),
    git: lambda: transformers.CLIPImageProcessorPil(size={"shortest_edge": 64}, crop_size=SQUARE),
}


@pytest.fixture(scope="module", params=PROCESSORS)
def folder(request, tmp_path_factory):
    path = tmp_path_factory.mktemp(request.param.__name__)
    save(path, request.param(), PROCESSORS[request.param]())
    return path


def test_what_the_network_writes_is_what_transformers_own_classes_write(folder):
    encoder = captioning(str(folder), TEXT, SPEC).video
    batch = np.stack([encoder.prepare(image)[None] for image in pictures()])
    model = transformers.AutoModelForImageTextToText.from_pretrained(folder).eval()
    processor = transformers.AutoImageProcessor.from_pretrained(folder, backend="pil")
    pixels = processor([Image.fromarray(image) for image in pictures()], return_tensors="pt")["pixel_values"]
    with torch.inference_mode():
        ids = model.generate(pixel_values=pixels, max_new_tokens=30, do_sample=False)
    expected = transformers.AutoTokenizer.from_pretrained(folder).batch_decode(ids, skip_special_tokens=True)
    assert encoder.captions(batch) == [text.strip() for text in expected]
    assert any(encoder.captions(batch))
    np.testing.assert_allclose(encoder.encode(batch), rows_of(encoder.captions(batch)), atol=1e-6)


def rows_of(captions):
    return np.stack([embedded([each], TEXT)[0] if each else np.zeros(384) for each in captions])


def test_a_video_is_described_clip_by_clip(folder, tmp_path):
    video = write_video(tmp_path / "a.mp4", 70, rate=10)
    found = extract(video, captioning(str(folder), TEXT, SPEC)).features
    assert (found.clip_s, found.video_TD.shape, found.audio_TD) == (2.0, (4, 384), None)
    lengths = np.linalg.norm(found.video_TD, axis=1)
    assert ((np.abs(lengths - 1) < 2e-3) | (lengths == 0)).all()


class Mute:
    """A network that writes nothing."""

    device = "cpu"

    def generate(self, pixel_values, **_):
        return torch.full((len(pixel_values), 1), 6)


def test_a_caption_without_words_is_a_row_of_zeros(folder):
    look = captioning(str(folder), TEXT, SPEC).video.look
    words = transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer(), eos_token="<end>")
    encoder = CaptionEncoder(lambda: Writer(Mute(), words), look, TEXT)
    batch = np.zeros((3, 1, 64, 64, 3), np.uint8)
    assert encoder.captions(batch) == ["", "", ""]
    assert not encoder.encode(batch).any()


def test_networks_that_write_no_captions_are_refused(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read"):
        captioning(str(tmp_path), TEXT, SPEC)
    save(tmp_path, siglip(), transformers.SiglipImageProcessorPil(size={"height": 64, "width": 64}))
    with pytest.raises(ConfigError, match="'siglip'"):
        captioning(str(tmp_path), TEXT, SPEC)


def test_a_folder_that_was_trained_on_is_another_network(tmp_path):
    assert model_identity("Salesforce/blip-image-captioning-base") == "Salesforce/blip-image-captioning-base"
    (tmp_path / "model.safetensors").write_bytes(b"a")
    before = model_identity(str(tmp_path))
    assert model_identity(str(tmp_path)) == before
    (tmp_path / "model.safetensors").write_bytes(b"ab")
    assert model_identity(str(tmp_path)) != before
