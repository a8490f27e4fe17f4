"""A small HTTP server in this process that misbehaves as it is told; nothing leaves the machine."""

from __future__ import annotations

import os
import re
import resource
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from unittest.mock import patch
from urllib.parse import unquote

from visionaryvids.fetch.download import Patience
from visionaryvids.fetch.remote import Checksum, Remote
from visionaryvids.fetch.settings import FetchSettings
from visionaryvids.hashing import hash_file

HASTY = Patience(attempts=3, first_wait_s=0.01, longest_wait_s=0.02, timeout_s=5.0)


@dataclass
class Behaviour:
    """What the server does.

    Attributes:
        files: content by name.
        ranges: whether it understands `Range`.
        failures: status codes that it answers before it behaves.
        cut_after: bytes after which it hangs up, for each answer in turn; then never.
        block_pause_s: it sends 64 KiB, then waits so long.
        says_length: whether it sends Content-Length.
        asked: the path and the `Range` of every request.
        elsewhere: where it redirects to, or None.
        shift: how many bytes too late its parts begin.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    ranges: bool = True
    failures: list[int] = field(default_factory=list)
    cut_after: list[int] = field(default_factory=list)
    block_pause_s: float = 0.0
    says_length: bool = True
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    elsewhere: str | None = None
    shift: int = 0
    first_block: threading.Event = field(default_factory=threading.Event)
    stopped: threading.Event = field(default_factory=threading.Event)


class Handler(BaseHTTPRequestHandler):
    behaviour: Behaviour

    def log_message(self, *_: object) -> None:
        """Nothing on stderr."""

    def do_GET(self) -> None:
        this, wanted = self.behaviour, self.headers.get("Range")
        this.asked.append((self.path, wanted))
        if this.failures:
            return self.answer(this.failures.pop(0), b"")
        if this.elsewhere:
            return self.answer(302, b"", {"Location": this.elsewhere})
        content = this.files.get(unquote(self.path).rpartition("/")[2])
        if content is None:
            return self.answer(404, b"")
        first = re.fullmatch(r"bytes=(\d+)-", wanted or "") if this.ranges else None
        if first is None:
            return self.answer(200, content)
        start = int(first[1]) + this.shift
        if start >= len(content):
            return self.answer(416, b"", {"Content-Range": f"bytes */{len(content)}"})
        about = {"Content-Range": f"bytes {start}-{len(content) - 1}/{len(content)}"}
        return self.answer(206, content[start:], about)

    def answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if self.behaviour.says_length:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if status < 300:
            cuts = self.behaviour.cut_after
            body = body[: cuts.pop(0)] if cuts else body
        self.close_connection = True
        for at in range(0, len(body), 1 << 16):
            try:
                self.wfile.write(body[at : at + (1 << 16)])
            except OSError:  # the client is gone
                return
            self.behaviour.first_block.set()
            if self.behaviour.block_pause_s and self.behaviour.stopped.wait(self.behaviour.block_pause_s):
                return


@contextmanager
def _no_proxy() -> Iterator[None]:
    """Whatever proxy this machine has is not asked for 127.0.0.1, nor for anything else."""
    with patch.dict(os.environ):
        for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
            del os.environ[name]
        yield


@contextmanager
def serving(behaviour: Behaviour) -> Iterator[str]:
    """The address of a server that behaves so."""
    handler = type("This", (Handler,), {"behaviour": behaviour})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        with _no_proxy():
            yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        behaviour.stopped.set()
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def full_disk(after_bytes: int) -> Iterator[None]:
    """No file of this process may grow beyond so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (after_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def remote_of(url: str, name: str, content: bytes, tmp_path: Path) -> Remote:
    """A published file with that content."""
    copy = tmp_path / "published"
    copy.write_bytes(content)
    checksum = Checksum(hash_file(copy)[:8], ("sha256",), "this test")
    return Remote(name, f"{url}/{name}", checksum, len(content), "none")


def settings_in(tmp_path: Path, **changes: object) -> FetchSettings:
    """Settings that keep everything under a test's folder."""
    return FetchSettings(tmp_path / "keep", tmp_path / "memory", **{"quiet": True, **changes})
