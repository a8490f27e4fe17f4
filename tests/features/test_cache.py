"""The cache: what is found again, what is not, and what happens to damaged entries and full disks."""

import json
import logging
import os
import random
import shutil
import subprocess
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import save

from tests.features.small import small, traced
from tests.media.make import Tone, write_video
from visionaryvids.errors import ConfigError, MediaError
from visionaryvids.features.cache import FeatureCache, extract_cached
from visionaryvids.features.entry import read_entry, write_entry
from visionaryvids.features.extract import Extracted, extract, rows_of
from visionaryvids.places import cache_folder


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return write_video(tmp_path_factory.mktemp("made") / "a.mp4", 100, rate=10, tone=Tone(10.0))


@pytest.fixture
def video(made, tmp_path):
    path = Path(shutil.copy(made, tmp_path))
    os.utime(path, (1e9, 1e9))  # not so fresh that its hash is not remembered
    return path


@pytest.fixture
def cache(tmp_path):
    return FeatureCache(tmp_path / "cache")


def equal(first: Extracted, second: Extracted) -> bool:
    ours, theirs = rows_of(first.features), rows_of(second.features)
    same = all(np.array_equal(ours[name], theirs[name]) for name in ours | theirs)
    return same and (first.duration_s, first.warnings) == (second.duration_s, second.warnings)


def encoded(video: Path, cache: FeatureCache, **how) -> tuple[Extracted, int]:
    """The result, and how many clips had to be encoded for it."""
    encoders = small(**how)
    extracted = extract_cached(video, encoders, cache)
    return extracted, sum(encoders.video.encoded)


def test_a_video_is_encoded_once_and_the_same_bits_come_back(video, cache):
    first, fresh = encoded(video, cache)
    again, anew = encoded(video, cache)
    assert (fresh, anew) == (10, 0)
    assert equal(first, again)
    assert equal(first, extract_cached(video, small(), None))


def test_content_counts_not_the_name(video, cache, tmp_path):
    encoded(video, cache)
    moved = shutil.move(video, tmp_path / "another name.mov")
    assert encoded(Path(moved), cache)[1] == 0


def test_other_content_under_the_same_name_is_encoded(video, cache):
    first, _ = encoded(video, cache)
    write_video(video, 90, rate=10)
    changed, clips = encoded(video, cache)
    assert clips == 9
    assert not equal(first, changed)


def test_a_file_changed_within_a_tick_of_the_clock_is_noticed(video, cache):
    """Same size, same time of change, moments after it was hashed."""
    video.touch()
    before = cache.key(video, small().spec)
    state, content = video.stat(), bytearray(video.read_bytes())
    content[-1] ^= 1
    video.write_bytes(content)
    os.utime(video, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert cache.key(video, small().spec) != before


def test_the_hash_of_a_settled_file_is_remembered(video, cache, monkeypatch):
    key = cache.key(video, small().spec)
    monkeypatch.setattr("hashlib.file_digest", lambda *_: 1 / 0)
    assert cache.key(video, small().spec) == key


def test_other_encoders_have_their_own_entry(video, cache):
    encoded(video, cache)
    assert encoded(video, cache, version=2)[1] == 10
    assert encoded(video, cache, clip_s=2.0)[1] == 5
    assert encoded(video, cache)[1] == 0


def test_an_entry_of_other_encoders_under_our_name_is_refused(video, cache):
    ours, theirs = small().spec, replace(small().spec, settings={"offsets_s": "elsewhere"})
    key = cache.key(video, ours)
    cache.store(key, theirs, video, extract(video, small()))
    with pytest.raises(ConfigError, match=r"settings.offsets_s .*elsewhere"):
        extract_cached(video, small(), cache)


def test_a_missing_video(cache, tmp_path):
    with pytest.raises(MediaError, match="no such file"):
        extract_cached(tmp_path / "none.mp4", small(), cache)


def test_what_is_no_file_is_refused_at_once(cache, tmp_path):
    """Hashing a pipe would wait for ever."""
    os.mkfifo(tmp_path / "pipe.mp4")
    for path in (tmp_path, tmp_path / "pipe.mp4"):
        with pytest.raises(MediaError, match=r"a folder|not a regular file"):
            extract_cached(path, small(), cache)


def test_a_file_that_changes_while_it_is_read_is_not_kept(video, cache):
    def grow(*_):
        with video.open("ab") as file:
            file.write(b"more")

    found = extract_cached(video, small(), cache, on_progress=grow)
    assert "changed while it was read" in found.warnings[-1]
    assert not list(cache.folder.rglob("*.safetensors"))


def entry_of(video: Path, cache: FeatureCache) -> Path:
    return cache.path(cache.key(video, small().spec))


@pytest.mark.parametrize("seed", range(25))
def test_no_damage_to_an_entry_is_ever_read(video, cache, seed, caplog):
    """Flipped bits, lost ends, zeros and noise: the result is the right one, and the damaged file is out of the way."""
    right, _ = encoded(video, cache)
    path = entry_of(video, cache)
    content, draw = bytearray(path.read_bytes()), random.Random(seed)
    at = draw.randrange(len(content))
    if seed % 3 == 0:
        content[at] ^= 1 << draw.randrange(8)
    elif seed % 3 == 1:
        content = content[:at]
    else:
        content[at : at + 64] = draw.randbytes(len(content[at : at + 64]))
    path.write_bytes(content)
    with caplog.at_level(logging.WARNING):
        found, clips = encoded(video, cache)
    assert equal(found, right)
    assert clips == 10
    assert "damaged" in caplog.text
    assert (cache.folder / "damaged" / path.name).read_bytes() == content
    assert encoded(video, cache)[1] == 0


def test_an_entry_that_cannot_be_opened_is_made_again(video, cache):
    encoded(video, cache)
    path = entry_of(video, cache)
    path.unlink()
    path.mkdir()  # for root no permission is missing, but nobody reads a folder
    found, clips = encoded(video, cache)
    assert clips == 10
    assert equal(found, extract(video, small()))


def test_where_nothing_can_be_written_the_user_gets_features_and_a_warning(video, tmp_path):
    (tmp_path / "cache").write_text("a file in the way")
    found, clips = encoded(video, FeatureCache(tmp_path / "cache"))
    assert clips == 10
    assert found.features.num_clips == 10
    assert "not kept for next time" in found.warnings[-1]
    assert "VISIONARYVIDS_CACHE" in found.warnings[-1]


@contextmanager
def tiny_disk(folder: Path, kilobytes: int):
    folder.mkdir()
    options = ["-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)]
    if subprocess.run(["mount", *options], capture_output=True).returncode:
        pytest.skip("this user may not mount a small disk")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def fill(ballast: Path) -> None:
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))


def test_a_full_disk_costs_a_warning_and_never_an_entry(video, tmp_path):
    if shutil.which("mount") is None:
        pytest.skip("no mount command")
    with tiny_disk(tmp_path / "disk", 64):
        cache, ballast = FeatureCache(tmp_path / "disk"), tmp_path / "disk" / "ballast"
        fill(ballast)
        os.truncate(ballast, ballast.stat().st_size - 8192)  # two pages: the video's hash, and half of its entry
        found, clips = encoded(video, cache, clip_s=0.5)
        assert clips == 20
        assert "No space left" in found.warnings[-1]
        assert not list((cache.folder / "features").iterdir())
        ballast.unlink()
        again, _ = encoded(video, cache, clip_s=0.5)
        assert again.warnings == ()
        assert encoded(video, cache, clip_s=0.5)[1] == 0


def test_an_entry_says_what_it_is(video, cache):
    encoded(video, cache)
    rows, about = read_entry(entry_of(video, cache))
    assert {name: array.shape for name, array in rows.items()} == {"video": (10, 1), "audio": (10, 129)}
    assert about["video"] == "a.mp4"
    assert about["spec"] == json.loads(json.dumps(small().spec.to_dict()))


def test_an_entry_is_a_plain_safetensors_file(tmp_path):
    """To the byte what the library would write, whatever a name holds: others can read it, and so can old versions."""
    rows = {"video": np.ones((3, 5), np.float16), "audio": np.zeros((3, 1), np.float16)}
    write_entry(tmp_path / "entry", rows, {"video": 'é "中" \n.mp4'})
    with safe_open(tmp_path / "entry", framework="np") as file:
        metadata = file.metadata()
    assert json.loads(metadata["visionaryvids"])["about"] == {"video": 'é "中" \n.mp4'}
    assert (tmp_path / "entry").read_bytes() == save(rows, metadata)


def test_writing_an_entry_takes_no_copy_of_its_rows(tmp_path):
    rows = {"video": np.ones((1000, 1000), np.float16)}
    with traced() as peak_bytes:
        write_entry(tmp_path / "entry", rows, {})
        assert peak_bytes() < rows["video"].nbytes / 10


def test_a_right_checksum_over_wrong_content_is_damage_too(video, cache):
    """A file that is whole but not what an entry must be, such as rows of two lengths."""
    encoded(video, cache)
    path = entry_of(video, cache)
    rows, about = read_entry(path)
    write_entry(path, {**rows, "video": rows["video"][:3]}, about)
    assert encoded(video, cache)[1] == 10


@pytest.mark.parametrize(
    ("platform", "environment", "expected"),
    [
        ("linux", {"VISIONARYVIDS_CACHE": "/big/disk"}, Path("/big/disk")),
        ("linux", {"XDG_CACHE_HOME": "/x"}, Path("/x/visionaryvids")),
        ("linux", {}, Path.home() / ".cache" / "visionaryvids"),
        ("darwin", {}, Path.home() / "Library" / "Caches" / "visionaryvids"),
        ("win32", {"LOCALAPPDATA": "/local"}, Path("/local/visionaryvids")),
    ],
)
def test_the_folder_is_the_systems_unless_named(platform, environment, expected, monkeypatch):
    for name in ("VISIONARYVIDS_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.platform", platform)
    assert cache_folder() == expected
