"""FCPXML through OpenTimelineIO's adapter, with what that adapter gets wrong put right.

It knows 29.97 only as that decimal and writes times that are no whole frames of 1001/30000 s; it plays pictures without
their sound; it lists every clip a second time as a whole file; and its names of formats depend on whether the machine
has ffprobe. Here every time is a multiple of a frame, and the file states the size of the picture itself.

References:
    Apple, "FCPXML Reference", version 1.8.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from visionaryvids.report.picks import Pick, one_line
from visionaryvids.report.timeline import DROP_FRAME, build, source_rate

if TYPE_CHECKING:
    from visionaryvids.media.probe import MediaInfo

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n'

TIMES = ("offset", "start", "duration")
"""The attributes that hold times."""


def as_fcpxml(picks: Sequence[Pick], info: MediaInfo, url: str) -> str:
    """The cut as an FCPXML project, for Final Cut Pro and DaVinci Resolve; `timeline` says how rates are chosen.

    Args:
        picks: the moments, in the order in which they will play.
        info: the source.
        url: an absolute `file://` URL; the format knows no other.
    """
    import opentimelineio as otio

    rate = source_rate(info)
    nominal = round(float(rate), 2)  # the adapter's own names of rates: 23.98, 29.97
    timeline = build(picks, info, url, rate, nominal, sound=False)
    for number, clip in enumerate(timeline.find_clips()):
        clip.name = f"clip {number}"  # the adapter looks clips up by name, and a quotation mark breaks its search
    root = ElementTree.fromstring(otio.adapters.write_to_string(timeline, "fcpx_xml"))
    _mend_times(root, rate, nominal)
    _mend_resources(root, info, rate)
    _mend_project(root, picks, rate)
    ElementTree.indent(root)
    return HEAD + ElementTree.tostring(root, encoding="unicode") + "\n"


def _mend_times(root: ElementTree.Element, rate: Fraction, nominal: float) -> None:
    """Write every time as a whole number of frames: 29.97 becomes 30000/1001."""
    for element in root.iter():
        for name in TIMES:
            if name in element.attrib:
                frames = round(Fraction(element.attrib[name].rstrip("s")) * Fraction(nominal))
                element.set(name, f"{frames * rate.denominator}/{rate.numerator}s" if frames else "0s")


def _mend_resources(root: ElementTree.Element, info: MediaInfo, rate: Fraction) -> None:
    """Say of the source what is known of it."""
    for form in root.iterfind("resources/format"):
        form.attrib.pop("name", None)
        form.set("frameDuration", f"{rate.denominator}/{rate.numerator}s")
        if info.video is not None:
            form.attrib.update(width=str(info.video.width), height=str(info.video.height))
    for asset in root.iterfind("resources/asset"):
        asset.set("name", one_line(info.path.name))
        if info.audio is not None:
            asset.attrib.update(hasAudio="1", audioSources="1", audioChannels=str(info.audio.channels))
            asset.set("audioRate", str(info.audio.rate_hz))


def _mend_project(root: ElementTree.Element, picks: Sequence[Pick], rate: Fraction) -> None:
    """One clip for each moment, with picture and sound, named by query and score."""
    for listed in root.findall("asset-clip"):
        root.remove(listed)
    for project in root.iterfind("project"):
        project.attrib.pop("uid", None)
    for sequence in root.iterfind("project/sequence"):
        sequence.attrib.update(tcStart="0s", tcFormat="DF" if rate in DROP_FRAME else "NDF")
    for clip, pick in zip(root.findall("project/sequence/spine/clip"), picks, strict=True):
        video = clip[0]
        clip.tag = "asset-clip"
        clip.attrib.update(name=pick.title, ref=video.attrib["ref"])
        clip.remove(video)
        clip.text = None  # white space
