"""Data sets from a server of our own: whole, checked, or not at all."""

import io
import shutil
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from tests.data.damage import sound
from tests.fetch.server import Behaviour, remote_of, serving, settings_in
from visionaryvids.data import download as module
from visionaryvids.data.download import ARCHIVES, download
from visionaryvids.errors import ConfigError, DownloadError
from visionaryvids.features.published import GLOVE


def zipped(folder, around="") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, f"{around}{path.relative_to(folder)}")
    return buffer.getvalue()


@pytest.fixture
def behaviour():
    return Behaviour()


@pytest.fixture
def offered(behaviour, tmp_path, monkeypatch):
    """Puts an archive on the server, in the place of a published one."""
    with serving(behaviour) as url:

        def offer(dataset, content):
            remote = remote_of(url, ARCHIVES[dataset].name, content, tmp_path)
            behaviour.files[remote.name] = content
            monkeypatch.setattr(module, "ARCHIVES", {**module.ARCHIVES, dataset: remote})
            return url

        yield offer


def left(tmp_path) -> set[str]:
    return {path.name for path in (tmp_path / "data").iterdir()}


@pytest.mark.parametrize("around", ["", "tvsum/"])
@pytest.mark.parametrize("exists", [False, True])
def test_a_data_set_is_fetched_unpacked_and_checked(tmp_path, offered, around, exists):
    offered("tvsum", zipped(sound("tvsum", tmp_path / "original"), around))
    root = tmp_path / "data" / "tvsum"
    if exists:
        root.mkdir(parents=True)
    report = download("tvsum", root, settings_in(tmp_path))
    assert (report.problems, report.videos) == ((), 5)
    assert left(tmp_path) == {"tvsum"}, "no archive, no lock and no half folder stays"


def test_what_is_wrong_with_it_is_told(tmp_path, offered):
    original = sound("youtube", tmp_path / "original")
    (original / "audio_features" / "TFdbCRkVeIA.npy").unlink()
    offered("youtube", zipped(original))
    assert len(download("youtube", tmp_path / "data" / "youtube", settings_in(tmp_path)).problems) == 1


def test_a_folder_in_use_is_not_touched(tmp_path, offered, behaviour):
    root = sound("tvsum", tmp_path / "data" / "tvsum")
    with pytest.raises(ConfigError, match="something is there already") as caught:
        download("tvsum", root, settings_in(tmp_path))
    assert f"data check tvsum --data {root}" in caught.value.problem.remedy
    assert behaviour.asked == []


def test_two_at_once_make_it_once(tmp_path, offered, behaviour):
    offered("tvsum", zipped(sound("tvsum", tmp_path / "original")))
    behaviour.block_pause_s = 0.2
    with ThreadPoolExecutor(2) as pool:
        calls = [pool.submit(download, "tvsum", tmp_path / "data" / "tvsum", settings_in(tmp_path)) for _ in range(2)]
    assert [call.result().problems for call in calls] == [(), ()]
    assert len(behaviour.asked) == 1


def test_a_stopped_download_goes_on(tmp_path, offered, behaviour):
    content = zipped(sound("tvsum", tmp_path / "original"))
    offered("tvsum", content)
    workshop = tmp_path / "data" / "tvsum.download"
    (workshop / "unpacked" / "half").mkdir(parents=True)
    (workshop / f"{ARCHIVES['tvsum'].name}.part").write_bytes(content[:1000])
    assert not download("tvsum", tmp_path / "data" / "tvsum", settings_in(tmp_path)).problems
    assert [wanted for _, wanted in behaviour.asked] == ["bytes=1000-"]
    assert not (tmp_path / "data" / "tvsum" / "half").exists()


def test_an_archive_that_writes_elsewhere_leaves_nothing(tmp_path, offered):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("tvsum/tvsum_anno.json", "{}")
        archive.writestr("../../evil", "evil")
    offered("tvsum", buffer.getvalue())
    with pytest.raises(DownloadError, match="outside the folder"):
        download("tvsum", tmp_path / "data" / "tvsum", settings_in(tmp_path))
    assert not (tmp_path / "evil").exists()
    assert left(tmp_path) == {"tvsum.download"}
    assert {path.suffix for path in (tmp_path / "data" / "tvsum.download").iterdir()} == {".zip"}


def test_charades_comes_with_its_word_vectors(tmp_path, offered, behaviour, monkeypatch):
    original = sound("charades", tmp_path / "original")
    words = (original / "glove.txt").read_text()
    (original / "glove.txt").unlink()
    url = offered("charades", zipped(original))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("glove.6B.300d.txt", words)
    behaviour.files[GLOVE.remote.name] = buffer.getvalue()
    remote = remote_of(url, GLOVE.remote.name, buffer.getvalue(), tmp_path)
    monkeypatch.setattr(module, "GLOVE", replace(GLOVE, remote=remote))
    download("charades", tmp_path / "data" / "charades", settings_in(tmp_path))
    assert (tmp_path / "data" / "charades" / "glove.6B.300d.txt").read_text() == words


def test_everything_from_a_folder_of_the_users(tmp_path, behaviour):
    own = tmp_path / "own"
    own.mkdir()
    original = sound("charades", tmp_path / "original")
    shutil.move(original / "glove.txt", own / "glove.6B.300d.txt")
    (own / ARCHIVES["charades"].name).write_bytes(zipped(original))
    settings = settings_in(tmp_path, folder=own, offline=True)
    download("charades", tmp_path / "data" / "charades", settings)
    assert (tmp_path / "data" / "charades" / "glove.6B.300d.txt").exists()
    assert len(list(own.iterdir())) == 2, "what is the user's stays"


def test_unknown_data_set(tmp_path):
    with pytest.raises(ConfigError, match="Did you mean tvsum"):
        download("tvsums", tmp_path / "data", settings_in(tmp_path))


def test_the_published_names():
    assert {name: remote.checksum.digits for name, remote in ARCHIVES.items()} == {
        "tvsum": "ec05ad4e",
        "youtube": "8a12ff08",
        "qvhighlights": "a8559488",
        "charades": "2c9f7bab",
    }
