"""JSON files: what is refused, and that the message names file and line."""

import pytest

from visionaryvids.annotations.jsonfiles import line_of, read_json, read_jsonl, shorten
from visionaryvids.errors import AnnotationError

BAD_BYTES = {
    "empty": (b"", r":1: the file is empty"),
    "blank": (b" \n\n", r":1: the file is empty"),
    "not UTF-8": (b'{"a":\n "\xff"}', r":2: byte 0xff is not UTF-8"),
    "UTF-16 without a mark": ('{"a": 1}'.encode("utf-16-le"), r":1: byte 0x00 is not UTF-8"),
    "cut in a letter": ('{"a": 1}'.encode("utf-16") + b"x", r":1: byte 0x78 is not UTF-16"),
    "not JSON": (b'{"a": 1,\n nonsense}', r":2: not JSON: .* at column 2"),
    "cut off": (b'{"a": [1, 2', r":1: not JSON"),
    "two values": (b'{"a": 1}\n{"a": 2}', r":2: not JSON: Extra data"),
    "NaN": (b'{"a": NaN}', r":1: not usable JSON: the constant NaN"),
    "Infinity": (b'{"a": -Infinity}', r":1: not usable JSON: the constant -Infinity"),
    "deep": (b"[" * 200_000, r":1: not usable JSON: nested too deeply"),
    "huge number": (b"[" + b"9" * 5000 + b"]", r":1: not usable JSON"),
    "key twice": (b'{"a": 1,\n "b": 2,\n "a": 3}', r":3: duplicate key 'a'; expected each key once"),
    "key twice inside": (b'{"v": {"a": 1, "a": 1}}', r":1: duplicate key 'a'"),
}


@pytest.mark.parametrize(("data", "message"), BAD_BYTES.values(), ids=BAD_BYTES)
def test_read_json_names_file_and_line(tmp_path, data, message):
    path = tmp_path / "a.json"
    path.write_bytes(data)
    with pytest.raises(AnnotationError, match=r"a\.json" + message):
        read_json(path)


BAD_LINES = {
    "not an object": (b"[1, 2]", r"list \[1, 2\]; expected a JSON object"),
    "text": (b'"abc"', "str 'abc'; expected a JSON object"),
    "not JSON": (b"{", "not JSON"),
    "key twice": (b'{"qid": 1, "qid": 2}', "duplicate key 'qid'"),
    "NaN": (b'{"a": NaN}', "the constant NaN"),
}


@pytest.mark.parametrize(("line", "message"), BAD_LINES.values(), ids=BAD_LINES)
def test_read_jsonl_names_the_line(tmp_path, line, message):
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"ok": 1}\n\n' + line + b"\n")
    with pytest.raises(AnnotationError, match=r"a\.jsonl:3: .*" + message):
        read_jsonl(path)


@pytest.mark.parametrize("read", [read_json, read_jsonl])
def test_missing_file_and_folder_have_a_remedy(tmp_path, read):
    with pytest.raises(AnnotationError, match=r"no\.json: no such file.*\n  -> check the path"):
        read(tmp_path / "no.json")
    with pytest.raises(AnnotationError, match="cannot be read"):
        read(tmp_path)


def test_read_jsonl_counts_lines_as_an_editor_does(tmp_path):
    path = tmp_path / "a.jsonl"
    # A byte-order mark and Windows line ends are harmless; U+2028 inside a string ends no line.
    path.write_bytes('\ufeff{"a": "x\u2028y"}\r\n\r\n{"a": 2}\r\n'.encode())
    assert read_jsonl(path) == [(1, {"a": "x\u2028y"}), (3, {"a": 2})]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_mark_says_the_encoding(tmp_path, encoding):
    (tmp_path / "a.json").write_bytes('{"a":\r\n "é"}'.encode(encoding))
    assert read_json(tmp_path / "a.json") == {"a": "é"}


@pytest.mark.parametrize("content", [b"", b"{"], ids=["empty", "damaged"])
def test_the_remedy_fits_a_file_of_one_s_own_and_a_downloaded_one(tmp_path, content):
    (tmp_path / "mine.jsonl").write_bytes(content)
    with pytest.raises(AnnotationError, match=r"\n  -> (write|mend) .*; if the file was downloaded, download it again"):
        read_jsonl(tmp_path / "mine.jsonl")


def test_line_of_finds_the_first_mention():
    assert line_of('{\n"a": 1,\n"é": 2}', "é") == 3
    assert line_of("{}", "absent") == 1


def test_shorten_bounds_hostile_values():
    assert shorten("x" * 1000) == "'" + "x" * 59 + "..."
    assert len(shorten(list(range(10**5)))) < 70
    assert shorten(10**5000) == "a whole number of more than 60 digits"
