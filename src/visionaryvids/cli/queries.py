"""What is asked, in words: given on the command line, in a file, or on stdin."""

from __future__ import annotations

from pathlib import Path

from visionaryvids.cli.terminal import stdin_bytes
from visionaryvids.encodings import EXPECTED, text_of, wrong_byte
from visionaryvids.errors import ConfigError
from visionaryvids.files import VIDEO_SUFFIXES

_SAVE = "save it as UTF-8"


def checked(query: str, example: str) -> str:
    """A query of the command line.

    Args:
        query: the words.
        example: how the command is to be called, for messages.

    Raises:
        ConfigError: it is empty, is not UTF-8, or looks like a file.
    """
    if Path(query).suffix.lower() in VIDEO_SUFFIXES:
        raise ConfigError("QUERY", f"{query!r}, which looks like a file", "a sentence", f"give --video {query}")
    if not query.strip():
        raise ConfigError("QUERY", "an empty sentence", "a sentence", example)
    try:
        query.encode()
    except UnicodeEncodeError as error:  # the shell's encoding is another one
        raise ConfigError("QUERY", f"{query!r}, which is not UTF-8", "a sentence", "write it in UTF-8") from error
    return query


def read_queries(path: Path) -> list[str]:
    """The queries of a file, or (`-`) of stdin: one a line, without empty lines and those that start with #.

    Raises:
        ConfigError: it cannot be read, or is in an encoding that it does not say.
    """
    where = f"--queries {path}"
    try:
        text = text_of(stdin_bytes() if str(path) == "-" else path.read_bytes())
    except UnicodeDecodeError as error:
        raise ConfigError(where, wrong_byte(error), EXPECTED, _SAVE) from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        found = f"cannot be read: {error}"
        raise ConfigError(where, found, "a text file, one query a line", "check the path") from error
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]
