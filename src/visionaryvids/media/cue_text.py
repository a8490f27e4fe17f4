"""Words of a cue without what players draw them with: tags, music notes, dashes of speakers.

What is written in square brackets ([applause], [door slams]) is kept as a sentence of its own, since somebody may look
for just that.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

MAX_LETTERS = 2_000
"""Longer cues are cut: no screen holds so much, and the sentence encoder reads less."""
SENTENCE_ENDS = ".!?…。！？"

_TAGS = re.compile(r"</?[a-zA-Z][^<>]*>|\{\\[^{}]*\}")
_BRACKETS = re.compile(r"\[([^\[\]]*)\]")
_NOTES = re.compile("[♩♪♫♬♭♯¶\\u0000-\\u0008\\u000b-\\u001f\\u007f\\u200b-\\u200f\\u202a-\\u202e\\ufeff]")
_SPEAKER = re.compile(r"^(?:[-‐–—]|>{2,3})\s*")


def lines_of(text: str) -> tuple[str, ...]:
    """The lines of a cue that say something, without markup; a new speaker's line keeps its dash."""
    cut = text[:MAX_LETTERS].replace("\\N", "\n").replace("\\n", "\n").replace("\\h", " ")
    lines = (_plain(line) for line in re.split(r"\r\n?|\n|\u2028", cut))
    return tuple(line for line in lines if any(letter.isalnum() for letter in line))


def joined(lines: Sequence[str]) -> str:
    """Lines as one; what another speaker says begins a new sentence."""
    text = ""
    for line in lines:
        words = _SPEAKER.sub("", line)
        if text and words != line:
            text = ended(text)
        text = f"{text} {words}" if text else words
    return text


def ended(text: str) -> str:
    """The text with a full stop, unless it ends a sentence already."""
    return text if text[-1] in SENTENCE_ENDS else f"{text}."


def _plain(line: str) -> str:
    untagged = _NOTES.sub(" ", html.unescape(_TAGS.sub("", line)))
    spelled = _BRACKETS.sub(lambda match: f" {ended(match[1].strip())} " if match[1].strip() else " ", untagged)
    return " ".join(spelled.split())
