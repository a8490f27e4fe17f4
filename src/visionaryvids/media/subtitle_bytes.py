"""Bytes of a text file to its letters, whatever it was saved as."""

from __future__ import annotations

from dataclasses import dataclass

from visionaryvids.encodings import marked

_SAMPLE = 4096


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text of a file.

    Attributes:
        text: with line ends as they are.
        warning: the encoding, where it had to be assumed, or that bytes were wrong; else empty.
    """

    text: str
    warning: str


def decoded(content: bytes) -> Decoded:
    """Text by its byte-order mark, else UTF-8, else UTF-16 without a mark, else Windows-1252 with a warning."""
    encoding = marked(content)
    if encoding:
        return _with_losses(content, encoding)
    unmarked = _utf16_of(content[:_SAMPLE])
    if unmarked:
        return Decoded(_with_losses(content, unmarked).text, f"no encoding is given; {unmarked.upper()} is assumed")
    try:
        return Decoded(content.decode("utf-8"), "")
    except UnicodeDecodeError as error:
        return _old(content, error.start)


def _old(content: bytes, at: int) -> Decoded:
    """Not UTF-8 from byte `at` on. If nearly all of it is, some bytes were damaged; else it is an older encoding."""
    text = content.decode("utf-8", "replace")
    wrong, right = text.count("\ufffd"), sum(letter > "\x7f" for letter in text if letter != "\ufffd")
    if right > wrong:
        return Decoded(text.replace("\ufffd", ""), f"{wrong} bytes are not UTF-8 and are left out")
    warning = f"byte {at} is not UTF-8; Windows-1252 (Latin-1) is assumed; save it as UTF-8 if letters are wrong"
    try:
        return Decoded(content.decode("cp1252"), warning)
    except UnicodeDecodeError:  # five bytes mean nothing there
        return Decoded(content.decode("latin-1"), warning)


def _with_losses(content: bytes, name: str) -> Decoded:
    text = content.decode(name, "replace")
    wrong = text.count("\ufffd")
    warning = f"{wrong} places are not {name.upper()} and are left out" if wrong else ""
    return Decoded(text.replace("\ufffd", ""), warning)


def _utf16_of(sample: bytes) -> str:
    """`utf-16-le` or `-be` where every other byte is mostly zero, as it is in Latin letters; else empty."""
    pairs = len(sample) // 2
    low, high = sample[0 : 2 * pairs : 2].count(0), sample[1 : 2 * pairs : 2].count(0)
    if 2 * high > pairs and not low:
        return "utf-16-le"
    return "utf-16-be" if 2 * low > pairs and not high else ""
