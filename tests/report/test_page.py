"""The page as its reader meets it, in a real browser: what a click does, what a key does, what it never does."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from tests.browser import Visit, browser, needs_browser, visit
from tests.media.make import Tone, number_in, write_video
from visionaryvids.media.movie import MovieWriter
from visionaryvids.report.page import write_page
from visionaryvids.types import Answer, Findings, Moment

pytestmark = needs_browser

DURATION_S = 12
HOSTILE = '</script><img src=x onerror="window.hacked=1"><!-- <script>window.hacked=1</script> ${{}} \''
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
Open = Callable[..., Visit]


def make_video(path: Path) -> Path:
    with MovieWriter(path, 160, 90, rate_hz=10, gop=10) as movie:
        for shade in np.linspace(0, 255, DURATION_S * 10):
            movie.show(np.full((90, 160, 3), shade, np.uint8))
    return path


def findings_of(video: Path) -> Findings:
    curve = np.linspace(0, 1, DURATION_S)
    moments = (Moment(6, 8, 0.9), Moment(2.5, 4, 0.6), Moment(10, 10.6, 0.2))
    answers = (
        Answer("a grey wall", 0.93, moments, curve),
        Answer("a cat", 0.07, (Moment(1, 2, 0.1),), curve[::-1] / 9),
        Answer(None, 1.0, (Moment(0, 3, 0.8),), curve),
    )
    return Findings(str(video), DURATION_S, 1.0, "lite", answers, ("the file is cut at 12 s",))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_video(tmp_path_factory.mktemp("video") / "grey wall.mp4")


@pytest.fixture
def opened(chromium: Browser, video: Path, tmp_path: Path) -> Iterator[Visit]:
    write_page(tmp_path / "page.html", findings_of(video))
    with visit(chromium, tmp_path / "page.html") as seen:
        wait_until(seen.page, "player.readyState > 0")
        seen.page.evaluate("sought = []; player.addEventListener('seeking', () => sought.push(player.currentTime))")
        yield seen
        assert seen.complaints == []


def now(page: Page) -> float:
    return page.evaluate("player.currentTime")


def wait_for_jump(page: Page, seconds: float) -> None:
    """Until the player has been sent to a second; it may have played on since."""
    wait_until(page, f"Math.abs(sought.at(-1) - {seconds}) < 0.01")


def wait_until(page: Page, condition: str, seconds: float = 10) -> None:
    """Until some JavaScript is true; asked from here, since the page's policy lets no string become code in it."""
    end = time.monotonic() + seconds
    while not page.evaluate(condition):
        assert time.monotonic() < end, f"not in {seconds} seconds: {condition}"
        page.wait_for_timeout(20)


def test_says_what_was_found(opened: Visit) -> None:
    text = opened.page.inner_text("body")
    assert opened.page.inner_text("h1") == opened.page.title() == "grey wall.mp4"
    for words in ("0:12 · model lite", "the file is cut at 12 s", "0:06 – 0:08", "0:02 – 0:04", "Highlights"):
        assert words in text
    assert "in this video (93 %)" in text
    assert "probably not in this video (7 %)" in text


def test_click_on_a_moment_plays_it_to_its_end(opened: Visit) -> None:
    page = opened.page
    page.get_by_role("button", name="Moment 3").click()
    wait_for_jump(page, 10)
    wait_until(page, "player.paused && player.currentTime >= 10.6")
    assert now(page) < 11.5
    assert page.get_by_role("button", name="Moment 3").get_attribute("aria-current") == "true"


def test_after_a_moment_the_next_one_plays_if_asked(opened: Visit) -> None:
    page = opened.page
    page.select_option("#after", "next")
    page.get_by_role("button", name="Moment 2").click()
    wait_for_jump(page, 2.5)
    wait_for_jump(page, 10)
    wait_until(page, "player.paused")


def test_whoever_leaves_a_moment_by_hand_is_not_stopped_at_its_end(opened: Visit) -> None:
    page = opened.page
    page.get_by_role("button", name="Moment 3").click()
    page.keyboard.press("Shift+ArrowLeft")
    wait_until(page, "sought.at(-1) < 6")
    page.evaluate("player.playbackRate = 8")
    wait_until(page, "player.ended")


def test_click_on_band_and_curve(opened: Visit) -> None:
    page = opened.page
    page.locator(".band").nth(1).click()
    wait_for_jump(page, 2.5)
    box = page.locator("#curve").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 5 / DURATION_S, box["y"] + 50)
    wait_until(page, "Math.abs(sought.at(-1) - 5) < 0.05")
    wait_until(page, "!player.paused && player.currentTime > 5.1")


def test_a_drag_over_the_curve_looks_for_a_place(opened: Visit) -> None:
    page = opened.page
    box = page.locator("#curve").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 5, box["y"] + 50)
    page.mouse.down()
    for second in (3, 7, 9):
        page.mouse.move(box["x"] + box["width"] * second / DURATION_S, box["y"] + 60)
        wait_until(page, f"Math.abs(player.currentTime - {second}) < 0.05")
    page.mouse.up()
    assert page.evaluate("player.paused")
    assert page.inner_text("#readout") in ("0:08 / 0:12", "0:09 / 0:12")


def test_keys(opened: Visit) -> None:
    page = opened.page
    press = page.keyboard.press
    page.select_option("#after", "on")
    page.evaluate("document.activeElement.blur()")
    press("2")
    wait_for_jump(page, 2.5)
    wait_until(page, "!player.paused")
    press("p")
    wait_for_jump(page, 6)
    press("j")
    wait_for_jump(page, 2.5)
    press("Space")
    assert page.evaluate("player.paused")
    here = now(page)
    for key, away in (("ArrowRight", 1), ("Shift+ArrowRight", 6), ("Shift+ArrowLeft", 1), ("ArrowLeft", 0)):
        press(key)
        assert now(page) == pytest.approx(here + away)
    press("q")
    assert page.locator(".query[aria-expanded=true]").inner_text().startswith("a cat")
    press("?")
    assert page.locator("#help").is_visible()
    press("Escape")
    assert not page.locator("#help").is_visible()


def test_the_curve_is_a_slider(opened: Visit) -> None:
    page, curve = opened.page, opened.page.get_by_role("slider", name="Position in the video")
    curve.focus()
    for key, seconds in (("End", DURATION_S), ("Home", 0), ("ArrowUp", 1), ("Shift+ArrowUp", 6), ("ArrowDown", 5)):
        page.keyboard.press(key)
        assert now(page) == pytest.approx(seconds)
        assert curve.get_attribute("aria-valuenow") == str(seconds)
    assert curve.get_attribute("aria-valuetext") == "0:05 of 0:12"


def test_everything_can_be_reached_by_tab(opened: Visit) -> None:
    page = opened.page
    reached = set()
    for _ in range(25):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.className || document.activeElement.id"))
    assert reached >= {"player", "curve", "previous", "main", "next", "after", "keys", "query", "moment", "other"}
    page.get_by_role("button", name="Moment 2").focus()
    page.keyboard.press("Space")  # on a button reached by keyboard, space presses it
    wait_for_jump(page, 2.5)


@pytest.mark.parametrize("embed", ["auto", "never"])
def test_nothing_is_asked_of_an_outside_host(chromium: Browser, video: Path, tmp_path: Path, embed: str) -> None:
    write_page(tmp_path / "page.html", findings_of(video), embed=embed)
    with visit(chromium, tmp_path / "page.html") as seen:
        seen.page.get_by_role("button", name="Moment 1").click()
        wait_until(seen.page, "player.currentTime > 6.1")
    assert {url.split(":")[0] for url in seen.requests} <= {"file", "data", "blob"}
    assert any(url.startswith("blob:" if embed == "auto" else video.as_uri()) for url in seen.requests)
    assert seen.complaints == []


def test_policy_stops_what_it_must(opened: Visit) -> None:
    opened.page.evaluate("""() => {
        document.body.insertAdjacentHTML("beforeend", "<img src='data:,' onerror='window.hacked = 1'>");
        const script = document.createElement("script");
        script.textContent = "window.hacked = 1";
        document.body.append(script);
        return fetch("http://localhost/").catch(() => {});
    }""")
    assert opened.page.evaluate("window.hacked") is None
    assert sum("Content Security Policy" in each for each in opened.complaints) >= 3
    assert not any(url.startswith("http") for url in opened.requests)
    opened.complaints.clear()


def test_hostile_text_is_only_text(chromium: Browser, tmp_path: Path) -> None:
    video = make_video(tmp_path / "<b onclick='x'>$content &amp;.mp4")
    found = findings_of(video)
    found = replace(found, answers=(replace(found.answers[0], query=HOSTILE),), warnings=(HOSTILE,), model=HOSTILE)
    write_page(tmp_path / "page.html", found)
    with visit(chromium, tmp_path / "page.html") as seen:
        page = seen.page
        assert page.inner_text(".sentence") == page.inner_text("#warnings li") == HOSTILE
        assert page.inner_text("h1") == page.title() == video.name
        assert page.evaluate("window.hacked") is None
        assert page.locator("img[onerror], b").count() == 0
    assert seen.complaints == []


def test_a_file_that_is_not_there_can_be_chosen(chromium: Browser, video: Path, tmp_path: Path) -> None:
    write_page(tmp_path / "page.html", findings_of(tmp_path / "moved away.mp4"))
    with visit(chromium, tmp_path / "page.html") as seen:
        page = seen.page
        page.locator("#missing").wait_for(state="visible")
        assert "moved away.mp4" in page.inner_text("#missing")
        with page.expect_file_chooser() as chooser:
            page.locator("#missing button").click()
        chooser.value.set_files(video)
        page.get_by_role("button", name="Moment 1").click()
        wait_until(page, "player.currentTime > 6.1")
        assert not page.locator("#missing").is_visible()


def test_phone_has_one_column_and_big_targets(chromium: Browser, video: Path, tmp_path: Path) -> None:
    found = findings_of(video)
    long = replace(found.answers[0], query="a very long sentence " * 12 + "w" * 120)
    named = replace(found, answers=(long, *found.answers), warnings=("x" * 200,))
    write_page(tmp_path / "page.html", [named, named])
    with visit(chromium, tmp_path / "page.html", **PHONE) as seen:
        page = seen.page
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        short = page.evaluate("""[...document.querySelectorAll("button, select")]
            .filter((each) => each.checkVisibility() && each.getBoundingClientRect().height < 44)
            .map((each) => each.outerHTML)""")
        assert short == []
        page.get_by_role("button", name="Moment 1").tap()
        wait_until(page, "player.currentTime > 6.1")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_in_light_and_dark(chromium: Browser, video: Path, tmp_path: Path, scheme: str) -> None:
    write_page(tmp_path / "page.html", findings_of(video))
    with visit(chromium, tmp_path / "page.html", color_scheme=scheme) as seen:
        style = "(id) => getComputedStyle(document.querySelector(id))"
        paper = luminance(seen.page.evaluate(f"({style})('body').backgroundColor"))
        card = luminance(seen.page.evaluate(f"({style})('article').backgroundColor"))
        assert (paper > 0.5) == (scheme == "light")
        for where in ("h1", "#facts", ".verdict.yes", ".verdict.no", ".rank", ".score", "#readout"):
            ink = luminance(seen.page.evaluate(f"({style})({where!r}).color"))
            for ground in (paper, card):
                assert (max(ink, ground) + 0.05) / (min(ink, ground) + 0.05) >= 4.5, where


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it, of `rgb(r, g, b)`."""
    parts = np.array([int(each) for each in re.findall(r"\d+", colour)[:3]]) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


@pytest.mark.parametrize(
    ("name", "codec", "tone"),
    [
        ("late.mp4", "libx264", Tone(7)),  # the first picture comes two seconds after the first sound
        ("copied.avi", "mpeg4", None),  # browsers do not play it: the page holds a copy
        ("turned.mp4", "libx264", None),
    ],
)
def test_the_picture_at_a_moment_is_the_right_one(
    chromium: Browser, tmp_path: Path, name: str, codec: str, tone: Tone | None
) -> None:
    late_s = 2 if name == "late.mp4" else 0
    times_ms = [1000 * late_s + 100 * number for number in range(50)]
    video = write_video(
        tmp_path / name,
        50,
        codec=codec,
        size=(192, 128),
        times_ms=times_ms if late_s else None,
        rotation_deg=90 if name == "turned.mp4" else 0,
        tone=tone,
    )
    found = Findings(str(video), 5, 1.0, "lite", (Answer("x", 0.9, (Moment(3, 3.35, 0.9),), np.ones(5)),))
    write_page(tmp_path / "page.html", found, embed="always")
    with visit(chromium, tmp_path / "page.html") as seen:
        seen.page.get_by_role("button", name="Moment 1").click()
        wait_until(seen.page, "player.currentTime > 3 && player.paused")
        seen.page.keyboard.press("ArrowLeft")  # a paused picture is exact, the last one that was played may lag
        wait_until(seen.page, "!player.seeking")
        assert picture_on_screen(seen.page) == int((now(seen.page) - late_s) * 10 + 0.01)


def picture_on_screen(page: Page) -> int:
    """The number that the player's picture shows."""
    width, height, pixels = page.evaluate("""() => {
        const canvas = document.createElement("canvas");
        [canvas.width, canvas.height] = [player.videoWidth, player.videoHeight];
        const pen = canvas.getContext("2d");
        pen.drawImage(player, 0, 0);
        return [canvas.width, canvas.height, [...pen.getImageData(0, 0, canvas.width, canvas.height).data]];
    }""")
    number = number_in(np.array(pixels, np.uint8).reshape(height, width, 4)[..., :3])
    assert number is not None
    return number


def test_several_videos(chromium: Browser, video: Path, tmp_path: Path) -> None:
    other = findings_of(make_video(tmp_path / "other.mp4"))
    write_page(tmp_path / "page.html", [findings_of(video), other])
    with visit(chromium, tmp_path / "page.html") as seen:
        seen.page.get_by_role("button", name="other.mp4").click()
        assert seen.page.inner_text("h1") == "other.mp4"
        seen.page.get_by_role("button", name="Moment 1").click()
        wait_until(seen.page, "player.currentTime > 6.1")
    assert seen.complaints == []


def test_a_page_without_an_answer_or_without_a_moment_opens(chromium: Browser, video: Path, tmp_path: Path) -> None:
    none = Answer("nothing", 0.0, (), np.zeros(DURATION_S))
    for answers in ((), (none,)):
        write_page(tmp_path / "page.html", replace(findings_of(video), answers=answers))
        with visit(chromium, tmp_path / "page.html") as seen:
            for key in "npq1 ":
                seen.page.keyboard.press(key)
        assert seen.complaints == []
