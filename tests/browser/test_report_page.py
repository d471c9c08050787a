"""The report in a real browser: closed to the network, safe with hostile text, usable by everybody."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from conformance.reporting.html import html_bytes
from tests.browser.fixtures import Watched
from tests.reporting.example import material

pytestmark = pytest.mark.browser

AUDIT = (Path(__file__).parent / "audit.js").read_text(encoding="utf-8")
Open = Callable[..., Watched]
CARDS = "details.requirement"


class Silent(SimpleHTTPRequestHandler):
    """A file server that remembers what was asked and prints nothing."""

    asked: list[str] = []  # noqa: RUF012 - one server for one test

    def log_message(self, *_: object) -> None:
        self.asked.append(self.path)


@pytest.fixture
def served(report: Path) -> Iterator[str]:
    """The report over HTTP on loopback."""
    Silent.asked.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Silent, directory=str(report.parent)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/report.html"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_file_asks_for_nothing_and_complains_of_nothing(open_page: Open, report: Path) -> None:
    watched = open_page(report.as_uri())
    page = watched.page
    page.click("#unfold")
    page.emulate_media(media="print")
    page.wait_for_timeout(200)
    assert watched.requests == [report.as_uri()]
    assert watched.complaints == []


def test_served_it_asks_for_nothing_else(open_page: Open, served: str) -> None:
    watched = open_page(served)
    watched.page.wait_for_timeout(300)
    assert watched.requests == [served]
    assert Silent.asked == ["/report.html"]
    assert watched.complaints == []


@pytest.mark.parametrize("javascript", [True, False])
def test_hostile_text_does_nothing(open_page: Open, report: Path, javascript: bool) -> None:
    page = open_page(report.as_uri(), java_script_enabled=javascript).page
    assert page.locator("script").count() == 1
    assert page.locator("img, iframe, object, embed, form, [style], [autofocus], [onfocus], [onerror]").count() == 0
    if javascript:
        page.click("#unfold")
        assert page.evaluate("window.hit") is None
    text = page.locator("body").text_content() or ""
    assert "<script>window.hit=1</script>" in text
    assert not {"\x1b", "\u202e"} & set(text)


def test_the_policy_stops_what_escaping_would_miss(open_page: Open, report: Path, served: str) -> None:
    page = open_page(report.as_uri()).page
    page.evaluate(
        """(address) => {
          const script = document.createElement("script");
          script.textContent = "window.hit = 1";
          const picture = new Image();
          picture.src = address;
          document.body.append(script, picture);
        }""",
        served,
    )
    page.wait_for_timeout(200)
    assert page.evaluate("window.hit") is None
    assert Silent.asked == []


def test_only_web_addresses_become_links(open_page: Open, report: Path) -> None:
    page = open_page(report.as_uri()).page
    links = page.eval_on_selector_all("a", "links => links.map(link => link.getAttribute('href'))")
    assert all(link.startswith(("#", "https://")) for link in links)


@pytest.mark.parametrize("javascript", [True, False])
def test_one_language_at_a_time(open_page: Open, report: Path, javascript: bool) -> None:
    page = open_page(report.as_uri(), java_script_enabled=javascript).page
    assert page.locator("h2#conclusions").inner_text() == "Conclusions"
    page.click("label[for=language-nl]")
    assert page.locator("h2#conclusions").inner_text() == "Conclusies"
    assert page.locator(".en:visible").count() == 0
    assert page.locator(".nl:visible").count() > 100
    if javascript:
        assert page.evaluate("document.documentElement.lang") == "nl"


def test_it_opens_in_the_language_asked_for(open_page: Open, tmp_path: Path) -> None:
    path = tmp_path / "rapport.html"
    path.write_bytes(html_bytes(material(4, 4), "nl"))
    page = open_page(path.as_uri(), java_script_enabled=False).page
    assert page.locator("html").get_attribute("lang") == "nl"
    assert page.locator("h2#conclusions").inner_text() == "Conclusies"


def test_filters_narrow_together_and_clear(open_page: Open, report: Path) -> None:
    page = open_page(report.as_uri()).page
    every = page.locator(CARDS).count()
    shown = page.locator("#shown")
    assert shown.inner_text() == str(every)
    page.check("[data-group=verdict][value=fail]")
    fails = page.locator(f"{CARDS}:visible").count()
    assert 0 < fails < every
    assert page.locator(f"{CARDS}:visible:not([data-verdict=fail])").count() == 0
    page.check("[data-group=triage][value=node]")
    page.check("[data-group=chapter][value='twiin/bgz-retrieval']")
    page.check("[data-group=strength][value=MUST]")
    fewer = page.locator(f"{CARDS}:visible").count()
    assert 0 < fewer < fails
    assert shown.inner_text() == str(fewer)
    page.check("[data-group=layer][value=law]")
    page.click("#clear")
    assert page.locator(f"{CARDS}:visible").count() == every
    page.fill("#words", "IMG-01")
    assert page.locator(f"{CARDS}:visible").count() == 1


def test_a_link_opens_what_it_leads_to_even_when_filtered_away(open_page: Open, report: Path) -> None:
    page = open_page(report.as_uri()).page
    link = page.locator(".evidence a:visible").first
    target = link.get_attribute("href") or ""
    link.click()
    assert page.locator(target).is_visible()
    page.check("[data-group=verdict][value=error]")
    page.evaluate("location.hash = '#requirement-IMG-01'")
    page.wait_for_timeout(100)
    assert page.locator("[id='requirement-IMG-01']").is_visible()


def test_without_script_everything_can_be_read(open_page: Open, report: Path) -> None:
    page = open_page(report.as_uri(), java_script_enabled=False).page
    assert not page.locator("#filters").is_visible()
    assert page.locator(f"{CARDS}:visible").count() == page.locator(CARDS).count()
    folded = page.locator(f"{CARDS}[data-verdict=pass]").first
    folded.locator("summary").click()
    assert folded.locator(".inside").is_visible()
    page.locator(".evidence a:visible").first.click()
    assert page.locator(".exchange[open] .inside").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_accessible_in_both_languages(open_page: Open, report: Path, scheme: str, width: int) -> None:
    page = open_page(report.as_uri(), color_scheme=scheme, viewport={"width": width, "height": 800}).page
    page.evaluate("document.querySelectorAll('details').forEach((box) => { box.open = true; })")
    for language in ("en", "nl"):
        page.click(f"label[for=language-{language}]")
        assert page.evaluate(AUDIT) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_audit_itself_finds_faults(open_page: Open, tmp_path: Path) -> None:
    bad = tmp_path / "bad.html"
    bad.write_text(
        "<h1>x</h1><h3>y</h3><input><a href='#no'>z</a><p id=a id2=a style='color:#aaa'>grey</p><p id=a>b</p>", "utf-8"
    )
    found = " ".join(open_page(bad.as_uri()).page.evaluate(AUDIT))
    for fault in ("no language", "no title", "main", "level skipped", "no label", "nowhere", "id twice", "contrast"):
        assert fault in found


def test_everything_is_reached_by_keyboard(open_page: Open, report: Path) -> None:
    page = open_page(report.as_uri()).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "language"
    page.keyboard.press("ArrowLeft")
    assert page.locator("h2#conclusions").inner_text() == "Conclusies"
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id || document.activeElement.tagName"))
    assert {"words", "clear", "unfold", "fold", "SUMMARY", "A"} <= reached
    page.locator(f"{CARDS}:not([open]) summary").first.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.parentElement.open") is True


def test_printing_shows_what_is_folded(open_page: Open, report: Path) -> None:
    page = open_page(report.as_uri(), java_script_enabled=False).page
    page.emulate_media(media="print")
    folded = page.locator(f"{CARDS}:not([open]) .inside").first
    assert (folded.bounding_box() or {"height": 0})["height"] > 0
    assert not page.locator("nav").is_visible()


def test_each_exchange_is_embedded_once(report: Path) -> None:
    text = report.read_text(encoding="utf-8")
    assert text.count('<details class="exchange">') == 60
    assert "Cut after the first 16 KiB" in text
