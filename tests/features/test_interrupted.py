"""Encoding that is killed, and two processes on one video: real processes, real signals."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from tests.features.small import small
from tests.media.make import Tone, write_video
from visionaryvids.features.cache import FeatureCache, extract_cached
from visionaryvids.features.extract import extract
from visionaryvids.features.journal import SHARD_CLIPS, ShardJournal
from visionaryvids.media.losses import Loss

ROOT = Path(__file__).parents[2]
CLIPS = 2 * SHARD_CLIPS + 100
ENCODE = """
import sys
from pathlib import Path
from tests.features.small import small
from visionaryvids.features.cache import FeatureCache, extract_cached
video, cache, wait_s = sys.argv[1:]
encoders = small(0.1, wait_s=float(wait_s))
extract_cached(Path(video), encoders, FeatureCache(Path(cache)))
print(sum(encoders.video.encoded))
"""


@pytest.fixture(scope="module")
def video(tmp_path_factory):
    return write_video(tmp_path_factory.mktemp("long") / "a.mp4", CLIPS, rate=10, tone=Tone(30.0))


def start(video: Path, cache: Path, wait_s: float) -> subprocess.Popen[str]:
    words = [sys.executable, "-c", ENCODE, str(video), str(cache), str(wait_s)]
    return subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for(pattern: str, folder: Path, process: subprocess.Popen[str]) -> None:
    until = time.monotonic() + 120
    while not list(folder.glob(pattern)):
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < until
        time.sleep(0.01)


def test_kill_and_resume_is_as_one_run_bit_for_bit(video, tmp_path):
    """The killed process held the lock: had it not gone with it, the second run would wait for ever."""
    process = start(video, tmp_path / "cache", 0.02)
    wait_for("partial/*/*.safetensors", tmp_path / "cache", process)
    process.kill()
    process.communicate()
    encoders = small(0.1)
    told = []
    resumed = extract_cached(
        video, encoders, FeatureCache(tmp_path / "cache"), on_progress=lambda done_s, _: told.append(done_s)
    )
    assert sum(encoders.video.encoded) in (CLIPS - SHARD_CLIPS, CLIPS - 2 * SHARD_CLIPS)
    assert told[0] > SHARD_CLIPS * 0.1
    in_one_go = extract(video, small(0.1))
    np.testing.assert_array_equal(resumed.features.video_TD, in_one_go.features.video_TD)
    np.testing.assert_array_equal(resumed.features.audio_TD, in_one_go.features.audio_TD)
    assert (resumed.duration_s, resumed.warnings) == (in_one_go.duration_s, in_one_go.warnings)
    assert not list((tmp_path / "cache" / "partial").iterdir())


def test_two_processes_encode_one_video_once(video, tmp_path):
    """Both wait, since we are at the video; when we let go, one of them encodes and the other one reads."""
    cache = FeatureCache(tmp_path / "cache")
    with cache.lock(cache.key(video, small(0.1).spec)):
        both = [start(video, cache.folder, 0.0) for _ in range(2)]
        for process in both:
            assert "waiting for it" in process.stderr.readline()
    counts = [process.communicate(timeout=120) for process in both]
    assert sorted(int(out) for out, _ in counts) == [0, CLIPS], counts
    assert not list((cache.folder / "locks").iterdir())


LOSSES = (Loss("picture", 1.0, 2.0), Loss("rest", 30.0, 60.0))


def journal_with(folder: Path, clips: int) -> np.ndarray:
    rows = np.random.default_rng(0).random((clips, 3)).astype(np.float16)
    journal = ShardJournal(folder, shard_clips=8)
    for start_clip in range(0, clips, 4):
        journal.keep(rows[start_clip : start_clip + 4], LOSSES)
    return rows


def test_whole_shards_come_back_with_what_was_lost(tmp_path):
    rows = journal_with(tmp_path, 30)
    kept, losses = ShardJournal(tmp_path).kept()
    np.testing.assert_array_equal(kept, rows[:24])
    assert losses == LOSSES


def test_nothing_kept_nothing_back(tmp_path):
    assert ShardJournal(tmp_path / "none").kept() == (None, ())


@pytest.mark.parametrize("damage", ["cut", "flipped", "gone"])
def test_a_damaged_shard_and_what_follows_it_are_made_again(tmp_path, damage):
    rows = journal_with(tmp_path, 32)
    second = tmp_path / "00000008.safetensors"
    content = second.read_bytes()
    if damage == "gone":
        second.unlink()
    else:
        second.write_bytes(content[:-5] if damage == "cut" else content[:-1] + bytes([content[-1] ^ 1]))
    journal = ShardJournal(tmp_path, shard_clips=8)
    kept, _ = journal.kept()
    np.testing.assert_array_equal(kept, rows[:8])
    journal.keep(rows[8:16], ())
    np.testing.assert_array_equal(ShardJournal(tmp_path).kept()[0], rows)


def test_a_journal_that_cannot_write_lets_encoding_go_on(tmp_path):
    (tmp_path / "file").write_text("in the way")
    journal_with(tmp_path / "file" / "folder", 32)
    assert ShardJournal(tmp_path / "file" / "folder").kept() == (None, ())
