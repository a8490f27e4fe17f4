"""UMT's released checkpoints by name.

Files and addresses are those of UMT's README (TencentARC/UMT). Their publisher says neither how large they are nor of
which hash the eight digits in their names are.
"""

from __future__ import annotations

from pathlib import Path

from visionaryvids.annotations.splits import TVSUM, YOUTUBE
from visionaryvids.errors import unknown_name
from visionaryvids.fetch.download import obtain
from visionaryvids.fetch.remote import Remote, suffix_of
from visionaryvids.fetch.settings import FetchSettings

_HOME = "https://huggingface.co/yeliudev/UMT/resolve/main/checkpoints"

_FILES = {
    "umt-qvhighlights": "umt_base_200e_qvhighlights-9a13c673.pth",
    "umt-qvhighlights-asr": "umt_base_finetune_200e_qvhighlights-d674a657.pth",
    "umt-asr": "umt_base_pretrain_100e_asr-ebae4090.pth",
    "umt-charades-va": "umt_base_va_100e_charades-b51a65aa.pth",
    "umt-charades-vo": "umt_base_vo_100e_charades-39ec9829.pth",
    "umt-youtube-dog": "umt_small_100e_youtube_dog-90f2189e.pth",
    "umt-youtube-gym": "umt_small_100e_youtube_gym-fe749774.pth",
    "umt-youtube-par": "umt_small_100e_youtube_par-4d8a9e8b.pth",
    "umt-youtube-ska": "umt_small_100e_youtube_ska-f12710a8.pth",
    "umt-youtube-ski": "umt_small_100e_youtube_ski-1ca38d91.pth",
    "umt-youtube-sur": "umt_small_100e_youtube_sur-9be4b575.pth",
    "umt-tvsum-vt": "umt_small_500e_tvsum_vt-3eff6e1b.pth",
    "umt-tvsum-vu": "umt_small_500e_tvsum_vu-ea40b5ee.pth",
    "umt-tvsum-ga": "umt_small_500e_tvsum_ga-7217ee96.pth",
    "umt-tvsum-ms": "umt_small_500e_tvsum_ms-a41636ac.pth",
    "umt-tvsum-pk": "umt_small_500e_tvsum_pk-4ea24b6c.pth",
    "umt-tvsum-pr": "umt_small_500e_tvsum_pr-815f527a.pth",
    "umt-tvsum-fm": "umt_small_500e_tvsum_fm-cf6ebb1d.pth",
    "umt-tvsum-bk": "umt_small_500e_tvsum_bk-12c75dff.pth",
    "umt-tvsum-bt": "umt_small_500e_tvsum_bt-3b666738.pth",
    "umt-tvsum-ds": "umt_small_500e_tvsum_ds-55549243.pth",
}
"""`umt-asr` was pretrained on speech; `umt-qvhighlights-asr` is that, trained on QVHighlights."""


def _remote(file: str) -> Remote:
    return Remote(file, f"{_HOME}/{file}", suffix_of(file), None, "BSD 3-Clause (TencentARC/UMT)")


RELEASED = {name: _remote(file) for name, file in _FILES.items()}
"""Every released checkpoint."""


def encoders_of(name: str) -> str:
    """Name of the encoder set that a released checkpoint was trained with; see `features.sets`.

    Raises:
        ConfigError: there is no such checkpoint.
    """
    if name not in RELEASED:
        raise unknown_name("checkpoint", name, RELEASED)
    match name.split("-"):
        case [_, "charades", "vo"]:
            return "charades_flow"
        case [_, "asr"]:
            return "qvhighlights"
        case words:
            return words[1]


def domain_of(name: str) -> str | None:
    """The domain of TVSum or YouTube Highlights that a released checkpoint was trained for; None for other names."""
    if name not in RELEASED:
        return None
    domains = {"tvsum": TVSUM, "youtube": YOUTUBE}.get(encoders_of(name), {})
    short = name.split("-")[-1]  # bk; gym, for gymnastics
    return next((domain for domain in domains if domain.lower().startswith(short)), None)


def released(name: str, settings: FetchSettings | None = None) -> Path:
    """The file of a released checkpoint, for `load_checkpoint`; fetched if it is not here yet.

    Args:
        name: one of `RELEASED`.
        settings: where files come from; None for what the environment says.

    Raises:
        ConfigError: there is no such checkpoint.
        DownloadError: it is not here and cannot be fetched.
    """
    if name not in RELEASED:
        raise unknown_name("checkpoint", name, RELEASED)
    return obtain(RELEASED[name], settings or FetchSettings.from_environment())
