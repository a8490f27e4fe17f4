"""Downloads against a server of our own that breaks off, refuses, forgets and lies."""

import io
import random
import signal
import socket
import ssl
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import Mock
from urllib.error import URLError

import pytest

from tests.fetch.server import HASTY, Behaviour, full_disk, remote_of, serving, settings_in
from visionaryvids.errors import ConfigError, DownloadError
from visionaryvids.fetch import transfer
from visionaryvids.fetch.download import Patience, obtain
from visionaryvids.fetch.remote import Checksum
from visionaryvids.fetch.settings import FetchSettings

NAME = "weights=0.431.pth"
CONTENT = random.Random(0).randbytes(300_000)


@pytest.fixture
def behaviour():
    return Behaviour({NAME: CONTENT})


@pytest.fixture
def server(behaviour):
    with serving(behaviour) as url:
        yield url


@pytest.fixture
def remote(server, tmp_path):
    return remote_of(server, NAME, CONTENT, tmp_path)


def kept(tmp_path: Path) -> set[str]:
    return {path.name for path in (tmp_path / "keep").iterdir()}


def fetched(remote, tmp_path, **changes) -> bytes:
    path = obtain(remote, settings_in(tmp_path, **changes), HASTY)
    assert path == tmp_path / "keep" / NAME
    assert kept(tmp_path) == {NAME}, "no lock and no part stays"
    return path.read_bytes()


def test_a_file_is_fetched_once(remote, behaviour, tmp_path):
    assert fetched(remote, tmp_path) == fetched(remote, tmp_path) == CONTENT
    assert behaviour.asked == [(f"/{NAME}", None)]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "quiet", "shown"), [(Terminal, False, True), (io.StringIO, False, False), (Terminal, True, False)]
)
def test_progress_is_for_terminals(remote, tmp_path, monkeypatch, stream, quiet, shown):
    monkeypatch.setattr(sys, "stderr", stream())
    fetched(remote, tmp_path, quiet=quiet)
    written = sys.stderr.getvalue()
    assert ("300k/300k" in written) == shown
    assert bool(written) == shown


def test_what_is_cut_off_goes_on_from_there(remote, behaviour, tmp_path):
    behaviour.cut_after = [100_000, 50_000]
    assert fetched(remote, tmp_path) == CONTENT
    assert [wanted for _, wanted in behaviour.asked] == [None, "bytes=100000-", "bytes=150000-"]


def test_attempts_that_bring_something_do_not_count(remote, behaviour, tmp_path):
    behaviour.cut_after = [20_000] * 8  # more than HASTY.attempts
    assert fetched(remote, tmp_path) == CONTENT


def test_a_server_without_ranges_starts_again(remote, behaviour, tmp_path):
    behaviour.ranges, behaviour.cut_after = False, [100_000]
    assert fetched(remote, tmp_path) == CONTENT


def test_a_server_that_never_gets_further_is_given_up(remote, behaviour, tmp_path):
    behaviour.ranges, behaviour.cut_after = False, [100_000] * 10
    with pytest.raises(DownloadError, match="given up after 3 attempts: the connection ended after 100000 of 300000"):
        fetched(remote, tmp_path)


def test_without_a_length_the_hash_decides(remote, behaviour, tmp_path):
    behaviour.says_length = False
    assert fetched(remote, tmp_path) == CONTENT


@pytest.mark.parametrize("status", [503, 500, 429, 408])
def test_a_busy_server_is_asked_again(remote, behaviour, tmp_path, status):
    behaviour.failures = [status, status]
    assert fetched(remote, tmp_path) == CONTENT


def test_a_server_that_stays_busy_is_given_up(remote, behaviour, tmp_path):
    behaviour.failures = [503] * 9
    with pytest.raises(DownloadError, match="given up after 3 attempts: the server answers 503"):
        fetched(remote, tmp_path)


def test_waits_double_up_to_a_bound_and_servers_are_listened_to():
    patience = Patience(first_wait_s=1, longest_wait_s=60)
    assert [patience.wait_s(failures, None) for failures in (1, 2, 3, 9)] == [1, 2, 4, 60]
    assert patience.wait_s(1, 20) == 20
    assert patience.wait_s(1, 1e9) == 60


@pytest.mark.parametrize("status", [404, 410, 403, 401])
def test_a_refusal_is_final_and_says_what_to_do(remote, behaviour, tmp_path, status):
    behaviour.failures = [status]
    with pytest.raises(DownloadError, match=f"the server answers {status}") as caught:
        fetched(remote, tmp_path)
    assert "VISIONARYVIDS_WEIGHTS" in caught.value.problem.remedy
    assert len(behaviour.asked) == 1
    assert caught.value.exit_status == 2


def test_another_file_is_refused_and_removed(remote, behaviour, tmp_path):
    behaviour.files[NAME] = CONTENT[:-1] + b"?"
    with pytest.raises(DownloadError, match="300,000 bytes that are not the published file") as caught:
        fetched(remote, tmp_path)
    assert str(remote.checksum) in str(caught.value)
    assert kept(tmp_path) == set()


def test_the_beginning_of_another_file_is_fetched_anew(remote, behaviour, tmp_path):
    """The file at its home was replaced between two attempts."""
    part = tmp_path / "keep" / f"{NAME}.part"
    part.parent.mkdir()
    part.write_bytes(b"old" * 1000)
    assert fetched(remote, tmp_path) == CONTENT
    assert [wanted for _, wanted in behaviour.asked] == ["bytes=3000-", None]


@pytest.mark.parametrize("start", [CONTENT, CONTENT + b"more"])
def test_a_part_that_has_everything_is_only_verified(remote, behaviour, tmp_path, start):
    """Killed between the last byte and the new name; or a part that is longer than the file."""
    part = tmp_path / "keep" / f"{NAME}.part"
    part.parent.mkdir()
    part.write_bytes(start)
    assert fetched(remote, tmp_path) == CONTENT


def test_a_part_from_elsewhere_is_refused(remote, behaviour, tmp_path):
    behaviour.cut_after, behaviour.shift = [1000], 7
    with pytest.raises(DownloadError, match=r"a part from elsewhere \(bytes 1007-\); expected from byte 1000"):
        fetched(remote, tmp_path)


def test_https_is_never_left(monkeypatch):
    handler = transfer._StaySecure()
    request = transfer.Request("https://example.org/weights")
    with pytest.raises(DownloadError, match=r"sends us to http://example\.org"):
        handler.redirect_request(request, None, 302, "Found", {}, "http://example.org/weights")
    assert handler.redirect_request(request, None, 302, "Found", {}, "https://example.org/x").full_url.endswith("/x")


def test_redirections_are_followed_with_the_range(remote, behaviour, tmp_path):
    """Large files are often handed out by another host than the one in their address."""
    with serving(Behaviour({"elsewhere": CONTENT}, cut_after=[1000])) as other:
        behaviour.elsewhere = f"{other}/elsewhere"
        assert fetched(remote, tmp_path) == CONTENT
    assert [wanted for _, wanted in behaviour.asked] == [None, "bytes=1000-"]


def test_no_network_is_said_at_once(tmp_path, remote, monkeypatch):
    def no_names(*_, **__):
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", no_names)
    with pytest.raises(DownloadError, match=r"no way to nowhere\.invalid"):
        obtain(replace(remote, url="http://nowhere.invalid/x"), settings_in(tmp_path), HASTY)


def test_a_certificate_that_is_not_trusted_is_said_at_once(tmp_path, remote, monkeypatch):
    untrusted = ssl.SSLCertVerificationError("self-signed certificate")
    untrusted.verify_message = "self-signed certificate"
    monkeypatch.setattr(transfer, "build_opener", Mock(side_effect=URLError(untrusted)))
    with pytest.raises(DownloadError, match="self-signed certificate; expected a server with a certificate"):
        obtain(remote, settings_in(tmp_path), HASTY)


def test_nobody_at_home(tmp_path, remote):
    with pytest.raises(DownloadError, match=r"given up after 3 attempts: .*refused"):
        obtain(replace(remote, url="http://127.0.0.1:9/x"), settings_in(tmp_path), HASTY)


def test_a_mirror_is_asked_in_place_of_the_home(remote, behaviour, tmp_path):
    with serving(Behaviour({NAME: CONTENT})) as mirror:
        assert fetched(remote, tmp_path, mirror=f"{mirror}/deep/") == CONTENT
    assert behaviour.asked == []


def test_the_users_folder_goes_first_and_what_is_odd_is_said(remote, behaviour, tmp_path, caplog):
    own = tmp_path / "own"
    own.mkdir()
    (own / NAME).write_bytes(CONTENT)
    settings = settings_in(tmp_path, folder=own, offline=True)
    assert obtain(remote, settings) == own / NAME
    assert caplog.messages == []
    (own / NAME).write_bytes(b"another")
    assert obtain(remote, settings) == own / NAME
    assert "it is not the published file" in caplog.text
    assert behaviour.asked == []


def test_offline_means_offline(remote, behaviour, tmp_path):
    with pytest.raises(DownloadError, match="VISIONARYVIDS_OFFLINE is set") as caught:
        obtain(remote, settings_in(tmp_path, offline=True))
    assert remote.url in caught.value.problem.remedy
    assert behaviour.asked == []


def test_git_blob_and_unnamed_hashes(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"hello\n")
    assert Checksum("ce013625030ba8dba906f756967f9e9ca394464a", ("git-blob",), "git").fits(path)
    assert Checksum("b1946ac9", ("sha256", "md5"), "a name").fits(path)
    assert not Checksum("b1946ac9", ("sha256",), "a name").fits(path)


def test_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("VISIONARYVIDS_CACHE", str(tmp_path))
    for name in ("MIRROR", "WEIGHTS", "OFFLINE"):
        monkeypatch.delenv(f"VISIONARYVIDS_{name}", raising=False)
    assert FetchSettings.from_environment() == FetchSettings(tmp_path / "weights", tmp_path / "fingerprints")
    monkeypatch.setenv("VISIONARYVIDS_WEIGHTS", "~/weights")
    monkeypatch.setenv("VISIONARYVIDS_OFFLINE", "1")
    monkeypatch.setenv("VISIONARYVIDS_MIRROR", "https://mirror.example.org")
    settings = FetchSettings.from_environment(quiet=True)
    assert (settings.folder, settings.offline, settings.quiet) == (Path.home() / "weights", True, True)
    monkeypatch.setenv("VISIONARYVIDS_OFFLINE", "0")
    monkeypatch.setenv("VISIONARYVIDS_MIRROR", "/a/folder")
    with pytest.raises(ConfigError, match="begins with https"):
        FetchSettings.from_environment()


CHILD = """
    import sys
    from pathlib import Path
    from visionaryvids.fetch.download import obtain
    from visionaryvids.fetch.remote import Checksum, Remote
    from visionaryvids.fetch.settings import FetchSettings

    url, name, digits, keep = sys.argv[1:]
    remote = Remote(name, f"{url}/{name}", Checksum(digits, ("sha256",), "test"), None, "none")
    print(obtain(remote, FetchSettings(Path(keep), Path(keep))))
"""


def child(remote, server, tmp_path) -> subprocess.Popen[str]:
    words = [server, NAME, remote.checksum.digits, tmp_path / "keep"]
    command = [sys.executable, "-c", textwrap.dedent(CHILD), *map(str, words)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_a_full_disk_is_said_and_what_is_there_is_kept(remote, behaviour, tmp_path):
    with full_disk(200_000), pytest.raises(DownloadError, match="cannot be written: ") as caught:
        fetched(remote, tmp_path)
    assert "make room there and start again" in caught.value.problem.remedy
    assert (tmp_path / "keep" / f"{NAME}.part").stat().st_size == 200_000
    assert fetched(remote, tmp_path) == CONTENT
    assert behaviour.asked[-1][1] == "bytes=200000-"


def test_too_little_room_is_said_before_it_is_filled(remote, monkeypatch, tmp_path):
    monkeypatch.setattr(transfer.shutil, "disk_usage", lambda _: SimpleNamespace(free=1000))
    with pytest.raises(DownloadError, match="0 MB are free"):
        fetched(remote, tmp_path)


def test_kill_9_and_again(remote, server, behaviour, tmp_path):
    behaviour.block_pause_s = 0.3
    with child(remote, server, tmp_path) as process:
        part = tmp_path / "keep" / f"{NAME}.part"
        assert behaviour.first_block.wait(30)
        while not part.exists() or not part.stat().st_size:
            assert process.poll() is None
        process.send_signal(signal.SIGKILL)
    here = part.stat().st_size
    assert 0 < here < len(CONTENT)
    behaviour.block_pause_s = 0
    assert fetched(remote, tmp_path) == CONTENT
    assert behaviour.asked[-1][1] == f"bytes={here}-"


def test_two_processes_fetch_one_file_once(remote, server, behaviour, tmp_path):
    behaviour.block_pause_s = 0.2
    with child(remote, server, tmp_path) as one, child(remote, server, tmp_path) as two:
        found = [process.communicate()[0].strip() for process in (one, two)]
    assert found == [str(tmp_path / "keep" / NAME)] * 2
    assert [wanted for _, wanted in behaviour.asked] == [None]
    assert (tmp_path / "keep" / NAME).read_bytes() == CONTENT
