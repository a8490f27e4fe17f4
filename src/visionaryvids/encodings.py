"""Bytes of a text file to letters: by the byte-order mark that it begins with, else UTF-8.

Windows saves text as UTF-16 with a mark, and PowerShell's `>` writes so.
"""

from __future__ import annotations

import codecs

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
EXPECTED = "UTF-8 text, or UTF-16 with a byte-order mark"
"""What `text_of` reads, for messages."""


def marked(content: bytes) -> str:
    """Python's name of the encoding that a byte-order mark says; empty where there is no mark."""
    return next((name for mark, name in _MARKS if content.startswith(mark)), "")


def text_of(content: bytes) -> str:
    """The letters of a file, without the mark.

    Raises:
        UnicodeDecodeError: it has no mark and is not UTF-8, or is not what its mark says; see `wrong_byte`.
    """
    encoding = marked(content)
    if not encoding and b"\0" in content:  # would pass as UTF-8, and is UTF-16 without a mark, or no text at all
        at = content.index(b"\0")
        raise UnicodeDecodeError("utf-8", content, at, at + 1, "zero byte")
    return content.decode(encoding or "utf-8")


def wrong_byte(error: UnicodeDecodeError) -> str:
    """What is wrong with bytes that `text_of` refused, for messages."""
    name = marked(error.object).removesuffix("-sig") or "utf-8"
    return f"byte 0x{error.object[error.start]:02x} is not {name.upper()} text"
