"""Archives that would write elsewhere, fill the disk, or are damaged."""

import stat
import zipfile

import pytest

from tests.fetch.server import full_disk
from visionaryvids.errors import DownloadError
from visionaryvids.fetch.unzip import extract_member, unzip


def archive(tmp_path, files, **options):
    path = tmp_path / "archive.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, **options) as opened:
        for name, content in files:
            opened.writestr(name, content)
    return path


def refused(tmp_path, path, match):
    target = tmp_path / "out" / "folder"
    with pytest.raises(DownloadError, match=match):
        unzip(path, target)
    outside = {p for p in tmp_path.rglob("*") if not p.is_relative_to(target)}
    assert outside <= {path, tmp_path / "out"}, "nothing is written elsewhere"


def test_a_sound_archive(tmp_path):
    path = archive(tmp_path, [("data/", ""), ("data/a.txt", "A"), ("__MACOSX/data/._a.txt", "x"), ("b/c/d", "D" * 9)])
    unzip(path, tmp_path / "out")
    paths = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    found = {path.relative_to(tmp_path / "out").as_posix(): path.read_text() for path in paths}
    assert found == {"data/a.txt": "A", "b/c/d": "D" * 9}


OUTSIDE = ("../evil", "a/../../evil", "/tmp/evil", "C:/evil", "C:evil", r"\\host\evil", r"..\evil", r"a\..\..\evil")


@pytest.mark.parametrize("name", OUTSIDE)
def test_nothing_is_written_outside(tmp_path, name):
    refused(tmp_path, archive(tmp_path, [("good", "x"), (name, "evil")]), "outside the folder|the name")


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_links_and_devices(tmp_path, kind):
    link = zipfile.ZipInfo("link")
    link.external_attr = (kind | 0o777) << 16
    refused(tmp_path, archive(tmp_path, [(link, "/etc/passwd"), ("link/file", "x")]), "is a link or another thing")


def test_two_files_of_one_name(tmp_path):
    refused(tmp_path, archive(tmp_path, [("x/a", "1"), ("x/./a", "2")]), "two files called 'x/a'")


def test_a_bomb_that_says_its_size(tmp_path):
    bomb = archive(tmp_path, [(f"{n}", bytes(20 << 20)) for n in range(4)])
    refused(tmp_path, bomb, r"4 files of 84 MB in \d+,\d+ bytes")


def test_a_bomb_that_lies_about_its_size(tmp_path):
    """Both records of the size say 10 bytes; a megabyte is inside."""
    path = archive(tmp_path, [("a", bytes(1 << 20))])
    path.write_bytes(path.read_bytes().replace((1 << 20).to_bytes(4, "little"), (10).to_bytes(4, "little")))
    refused(tmp_path, path, "cannot be unpacked")
    assert sum(p.stat().st_size for p in (tmp_path / "out").rglob("*") if p.is_file()) <= 10


@pytest.mark.parametrize("cut", [10, 200, -30])
def test_damage(tmp_path, cut):
    path = archive(tmp_path, [("a", "hello" * 100), ("b", "there" * 100)])
    path.write_bytes(path.read_bytes()[:cut])
    refused(tmp_path, path, "cannot be unpacked")


def test_a_wrong_checksum(tmp_path):
    path = tmp_path / "archive.zip"
    with zipfile.ZipFile(path, "w") as opened:
        opened.writestr("a", "hello")
    path.write_bytes(path.read_bytes().replace(b"hello", b"hallo"))
    refused(tmp_path, path, "cannot be unpacked: Bad CRC")


def test_a_full_disk(tmp_path):
    path = archive(tmp_path, [("a", bytes(100_000))])
    with full_disk(50_000), pytest.raises(DownloadError, match="cannot be written") as caught:
        unzip(path, tmp_path / "out")
    assert "make room" in caught.value.problem.remedy


def test_encrypted(tmp_path):
    path = archive(tmp_path, [("a", "hello")])
    content = bytearray(path.read_bytes())
    content[6] |= 1  # the flag in the file's own header
    content[content.index(b"PK\x01\x02") + 8] |= 1  # and in the list of files
    path.write_bytes(bytes(content))
    refused(tmp_path, path, "cannot be unpacked: .*encrypted")


def test_one_member(tmp_path):
    path = archive(tmp_path, [("a", "A"), ("b", "B")])
    extract_member(path, "b", tmp_path / "found")
    assert (tmp_path / "found").read_text() == "B"
    with pytest.raises(DownloadError, match="c cannot be unpacked"):
        extract_member(path, "c", tmp_path / "other")
