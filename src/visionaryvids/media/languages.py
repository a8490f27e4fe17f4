"""Which of several tracks of timed text to read, by language; codes are compared as `ger`, `deu` and `de` mean them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from visionaryvids.errors import ConfigError

T = TypeVar("T")
READ = "en"
"""What the sentence encoder reads."""

HARD_OF_HEARING = "sdh"
"""In names of subtitles; as a language code it would mean Southern Kurdish."""


def language_of(tag: str) -> str:
    """The language of a tag (`eng`, `pt-BR`) in two letters, where it has any; empty where the tag is none."""
    import langcodes

    if tag.lower() == HARD_OF_HEARING:
        return ""
    try:
        found = langcodes.Language.get(tag)
        return found.language or "" if found.is_valid() else ""  # `forced` has the form of a language
    except langcodes.LanguageTagError:
        return ""


def checked_language(tag: str) -> str:
    """The language of a tag that somebody asked for.

    Raises:
        ConfigError: it is none.
    """
    found = language_of(tag)
    if not found:
        raise ConfigError("--track-language", f"{tag!r}", "a language code", "e.g. en, de or pt-BR")
    return found


def preferred(tracks: Iterable[T], wanted: str, tag_of: Callable[[T], str]) -> list[T]:
    """Tracks in the wanted language first, then those that do not say theirs, then others; else in their order."""

    def rank(track: T) -> int:
        language = language_of(tag_of(track))
        return 0 if language == wanted else 2 if language else 1

    return sorted(tracks, key=rank)


def language_warnings(tag: str, wanted: str) -> list[str]:
    """What to know of a track in that language."""
    language = language_of(tag)
    if not language:
        return []
    other = [f"no timed text in language {wanted}; {language} is read"] if language != wanted else []
    foreign = [f"timed text in language {language} is searched with an encoder for {READ}"] if language != READ else []
    return other + foreign
