"""One attempt at bringing the rest of a file here, over HTTP.

The standard library is enough: one file at a time, over one connection, with `Range`. What is written is at once in the
system's hands, so a process that is killed loses nothing that has arrived.
"""

from __future__ import annotations

import http.client
import re
import shutil
import socket
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from visionaryvids import __version__
from visionaryvids.errors import DownloadError

OnBytes = Callable[[int, int | None], None]
"""Told how many bytes are here, and of how many (None: the server does not say)."""

_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Answers that may be others in a moment."""

_BLOCK = 1 << 18


class Interrupted(Exception):  # noqa: N818  # no error yet: another attempt may do
    """This attempt is over; another one may bring the rest.

    Attributes:
        wait_s: how long the server asks to wait, or None.
    """

    def __init__(self, reason: str, wait_s: float | None = None) -> None:
        super().__init__(reason)
        self.wait_s = wait_s


def transfer(url: str, part: Path, timeout_s: float, on_bytes: OnBytes) -> None:
    """Append to `part` what it lacks; from its beginning where the server cannot go on.

    Raises:
        Interrupted: the connection failed, or the server asks to come back later.
        DownloadError: the server does not have it or does not give it, or it cannot be written.
    """
    here = part.stat().st_size if part.exists() else 0
    response = _ask(url, here, timeout_s)
    if response is None:
        return
    with response:
        here = here if _goes_on(response, here) else 0
        rest = response.length  # None where the server does not say
        total = None if rest is None else here + rest
        _require_space(part, rest or 0)
        _receive(response, part, here, total, on_bytes)


def _ask(url: str, here: int, timeout_s: float) -> http.client.HTTPResponse | None:
    """The server's answer from byte `here` on; None if there is nothing after it."""
    headers = {"User-Agent": f"visionaryvids/{__version__}", "Accept-Encoding": "identity"}
    if here:
        headers["Range"] = f"bytes={here}-"
    try:
        return build_opener(_StaySecure).open(Request(url, headers=headers), timeout=timeout_s)
    except HTTPError as error:
        with error:
            if error.code == 416 and error.headers.get("Content-Range") == f"bytes */{here}":
                return None
            if error.code == 416:  # the file there is shorter than what is here: another one
                return _ask(url, 0, timeout_s)
            raise _refusal(url, error) from error
    except URLError as error:
        raise _no_connection(url, error.reason) from error
    except (OSError, http.client.HTTPException) as error:
        raise Interrupted(f"{type(error).__name__} {error}") from error


BY_HAND = "fetch the file elsewhere, put it into a folder under its name, and set VISIONARYVIDS_WEIGHTS to that folder"


def _refusal(url: str, error: HTTPError) -> Interrupted | DownloadError:
    found = f"the server answers {error.code} {error.reason}"
    if error.code in _PASSING:
        wait = error.headers.get("Retry-After", "")
        return Interrupted(found, float(wait) if wait.isdecimal() else None)
    moved = "it is not there any more; set VISIONARYVIDS_MIRROR to a place that has it, or " + BY_HAND
    return DownloadError(url, found, "the file", moved if error.code in {404, 410} else BY_HAND)


def _no_connection(url: str, reason: object) -> Interrupted | DownloadError:
    if isinstance(reason, socket.gaierror):
        found = f"no way to {Request(url).host} ({reason})"
        return DownloadError(url, found, "an answer", "is there a network? if not: " + BY_HAND)
    if isinstance(reason, ssl.SSLCertVerificationError):
        remedy = "if a proxy of yours looks into https, name its certificates in SSL_CERT_FILE; or " + BY_HAND
        return DownloadError(url, f"{reason.verify_message}", "a server with a certificate that is trusted", remedy)
    return Interrupted(str(reason))


class _StaySecure(HTTPRedirectHandler):
    """A server asked over https must not send us to one that anybody on the way can speak for."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: http.client.HTTPMessage, newurl: str
    ) -> Request | None:
        """Follow, unless that leads from https to something else; see `HTTPRedirectHandler`."""
        if req.type == "https" and not newurl.startswith("https:"):
            raise DownloadError(req.full_url, f"it sends us to {newurl}", "an address that begins with https", BY_HAND)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _goes_on(response: http.client.HTTPResponse, here: int) -> bool:
    """Whether the answer begins at byte `here`; a server without ranges sends everything."""
    if response.status != 206:
        return False
    first = re.match(r"bytes (\d+)-", response.headers.get("Content-Range", ""))
    if first is None or int(first[1]) != here:
        raise DownloadError(response.url, f"a part from elsewhere ({first and first[0]})", f"from byte {here}", BY_HAND)
    return True


def _require_space(part: Path, needed: int) -> None:
    free = shutil.disk_usage(part.parent).free
    if free < needed:
        raise _full(part, f"{free / 1e6:.0f} MB are free, {needed / 1e6:.0f} MB more are needed")


def _full(part: Path, found: str) -> DownloadError:
    remedy = "make room there and start again: it goes on where it stopped; or choose another place"
    return DownloadError(str(part), found, "room for the file", remedy)


def _receive(response: http.client.HTTPResponse, part: Path, here: int, total: int | None, on_bytes: OnBytes) -> None:
    try:
        file = part.open("ab" if here else "wb", buffering=0)
    except OSError as error:
        raise _full(part, f"cannot be written: {error}") from error
    with file:
        while block := _next_block(response):
            try:
                _write_all(file, block)
            except OSError as error:
                raise _full(part, f"cannot be written: {error}") from error
            here += len(block)
            on_bytes(here, total)
    if total is not None and here < total:
        raise Interrupted(f"the connection ended after {here} of {total} bytes")


def _next_block(response: http.client.HTTPResponse) -> bytes:
    try:
        return response.read1(_BLOCK)
    except (OSError, http.client.HTTPException) as error:
        raise Interrupted(f"{type(error).__name__} {error}") from error


def _write_all(file: IO[bytes], block: bytes) -> None:
    """A raw file may take less than it is given: when the disk is nearly full."""
    view = memoryview(block)
    while view:
        view = view[file.write(view) :]
