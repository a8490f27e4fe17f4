"""Files of timed text: every format, every encoding, and what is none of them."""

import contextlib
import json
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from visionaryvids.errors import AnnotationError, InputError, MediaError
from visionaryvids.media import subtitles
from visionaryvids.media.cues import Cue
from visionaryvids.media.subtitle_bytes import decoded
from visionaryvids.media.subtitles import read_subtitles

CUES = (Cue(1.0, 3.5, "a dog runs"), Cue(4.0, 6.0, "into the sea"))
SRT = "1\n00:00:01,000 --> 00:00:03,500\na <b>dog</b> runs\n\n2\n00:00:04,000 --> 00:00:06,000\ninto\nthe sea\n"
VTT = """WEBVTT - a title

STYLE
::cue { color: red }

NOTE nobody says this

the name of a cue
00:01.000 --> 00:03.500 align:start position:0%
<v Ann>a<00:00:02.000><c> dog</c><00:00:03.000><c.x> runs</c>

NOTE nor
this

00:00:04.000 --> 00:00:06.000
into
the sea
"""
ASS = """[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize
Style: Default,Arial,20

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Comment: 0,0:00:00.00,0:00:09.00,Default,,0,0,0,,nobody says this
Dialogue: 0,0:00:04.00,0:00:06.00,Default,,0,0,0,,into\\Nthe sea
Dialogue: 0,0:00:01.00,0:00:03.50,Default,,0,0,0,,{\\an8}a {\\i1}dog{\\i0} runs
Dialogue: 0,0:00:01.00,0:00:03.50,Default,,0,0,0,,{\\p1}m 0 0 l 1 1{\\p0}
"""
LIST = json.dumps([{"start_s": c.start_s, "end_s": c.end_s, "text": c.text} for c in CUES])
WHISPER = json.dumps(
    {"text": "...", "segments": [{"id": 0, "start": c.start_s, "end": c.end_s, "text": f" {c.text}"} for c in CUES]}
)
LINES = "".join(json.dumps({"start_s": c.start_s, "end_s": c.end_s, "text": c.text}) + "\n" for c in CUES)


def read(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_subtitles(path)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.srt", SRT), ("a.vtt", VTT), ("a.ass", ASS), ("a.json", LIST), ("whisper.json", WHISPER), ("a.jsonl", LINES),
        ("a.srt", SRT.replace("\n", "\r\n")), ("a.srt", SRT.replace("\n", "\r")), ("a.vtt", VTT.replace("\n", "\r\n")),
        ("a.txt", SRT),
    ],
)  # fmt: skip
def test_every_format_says_the_same(tmp_path, name, content):
    found = read(tmp_path, name, content)
    assert found.cues == CUES
    assert found.warnings == ()


def test_the_json_of_the_docs_is_read(tmp_path):
    page = (Path(__file__).parents[2] / "docs" / "text-track.md").read_text()
    captions, whisper = re.findall(r"```json\n(.*?)```", page, re.S)
    assert [cue.end_s for cue in read(tmp_path, "a.json", captions).cues] == [2.0, 4.0]
    assert read(tmp_path, "b.json", whisper).cues == (Cue(0.0, 4.2, "So why do telescopes have to be cold?"),)


def test_out_of_order_reversed_negative_and_empty_cues(tmp_path):
    blocks = [
        ("00:00:30,000 --> 00:00:32,000", "last"),
        ("00:00:09,000 --> 00:00:05,000", "reversed"),
        ("-00:00:01,000 --> 00:00:02,000", "begins before"),
        ("00:00:20,000 --> 00:00:22,000", ""),
    ]
    text = "\n".join(f"{n}\n{times}\n{words}\n" for n, (times, words) in enumerate(blocks))
    found = read(tmp_path, "a.srt", text)
    assert [(c.start_s, c.text) for c in found.cues] == [(0.0, "begins before"), (9.0, "reversed"), (30.0, "last")]
    assert len(found.warnings) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_encodings_that_can_be_told(tmp_path, encoding):
    """Letters of every script, but for UTF-16 without a mark, which is told by its Latin letters."""
    words = "Füße naïve" if encoding.endswith(("le", "be")) else "Füße 犬 собака naïve"
    found = read(tmp_path, "a.srt", SRT.replace("dog", words).encode(encoding))
    assert found.cues[0].text == f"a {words} runs"
    assert bool(found.warnings) == encoding.endswith(("le", "be"))


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_an_old_encoding_is_assumed_aloud(tmp_path, encoding):
    found = read(tmp_path, "a.srt", SRT.replace("dog", "Füße naïve").encode(encoding))
    assert found.cues[0].text == "a Füße naïve runs"
    assert "Windows-1252 (Latin-1) is assumed" in found.warnings[0]


def test_bytes_that_mean_nothing_even_there():
    assert decoded(b"caf\xe9 \x81").text == "café \x81"


def test_a_few_wrong_bytes_spoil_nothing_else(tmp_path):
    content = SRT.replace("dog", "Füße naïve dog").encode().replace(b"dog", b"d\xffog")
    found = read(tmp_path, "a.srt", content)
    assert found.cues[0].text == "a Füße naïve dog runs"
    assert found.warnings == ("1 bytes are not UTF-8 and are left out",)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.srt", "", "empty file"),
        ("a.srt", "Dear all, here are the minutes.", "not timed text"),
        ("a.srt", bytes(range(256)) * 40, "not timed text"),
        ("a.mp4", b"\x00\x00\x00\x18ftypmp42" + bytes(500), "not timed text"),
        ("a.sub", "{1}{25}hello", "MicroDVD"),
        ("a.json", "[1, 2", "not JSON"),
        ("a.json", '{"a": 1}', "segments"),
        ("a.json", '[{"start_s": 1}]', "entry 0"),
        ("a.json", '[{"start_s": true, "end_s": 2, "text": "x"}]', "entry 0"),
        ("a.json", "[7]", "entry 0"),
        ("a.jsonl", '{"start_s": 0, "end_s": 1, "text": "x"}\n{"start_s": 0}\n', "a.jsonl:2"),
    ],
)
def test_what_is_no_timed_text_is_refused_with_a_remedy(tmp_path, name, content, message):
    with pytest.raises((MediaError, AnnotationError), match=message) as raised:
        read(tmp_path, name, content)
    assert raised.value.problem.remedy


def test_files_that_are_not_there_or_too_large(tmp_path, monkeypatch):
    with pytest.raises(MediaError, match="no such file"):
        read_subtitles(tmp_path / "none.srt")
    with pytest.raises(MediaError, match="not a file"):
        read_subtitles(tmp_path)
    monkeypatch.setattr(subtitles, "MAX_BYTES", 50)
    with pytest.raises(MediaError, match="at most"):
        read(tmp_path, "a.srt", SRT)


@given(
    content=st.binary(max_size=300) | st.text(max_size=300).map(str.encode),
    start=st.sampled_from(["", SRT, VTT, ASS, LIST]),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_file_makes_the_reader_fall_over(tmp_path, content, start):
    for name in ("a.srt", "a.json", "a.jsonl"):
        with contextlib.suppress(InputError):
            found = read(tmp_path, name, start.encode()[:150] + content)
            assert all(0 <= cue.start_s < cue.end_s for cue in found.cues)
