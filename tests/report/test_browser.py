"""The page in Chromium: it loads nothing, it fits into narrow windows, and it is light or dark as the system is."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from fullstride import Conv, Dense, Flatten, Network, ReLU
from fullstride.data import from_arrays
from fullstride.report import write_report
from fullstride.runs import fit
from tests.support.browser import Browser, browser
from tests.support.runs import small_data, small_job

NAMES = ("<script>document.title = 'taken'</script>", "a-class-with-a-name-of-many-letters-" * 3, "cow")


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("browser")) as opened:
        yield opened


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    small = small_data()
    data = from_arrays(
        small.X_train, small.y_train, small.X_test, small.y_test, class_names=NAMES, name="small"
    )
    job = small_job({"engine": "steps"}, data)
    path = tmp_path_factory.mktemp("page") / "report.html"
    write_report(job.network, data, path, history=fit(job), commands=["fullstride evaluate " + "x" * 200])
    return path


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """An address on the loopback interface, and what is asked for there."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *given: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()
        thread.join()


def requests(chromium: Browser) -> list[str]:
    return [
        message["params"]["request"]["url"]
        for message in chromium.messages()
        if message["method"] == "Network.requestWillBeSent"
    ]


def test_no_request_leaves_the_page(chromium: Browser, page: Path) -> None:
    chromium.messages(), chromium.complaints()
    chromium.show(page.as_uri(), 1280)
    asked = requests(chromium)
    assert asked[0] == page.as_uri()
    assert all(address.startswith("data:image/png;") for address in asked[1:])
    assert len(asked) > 1  # the pictures
    assert chromium.complaints() == []
    assert chromium.ask("return document.title") == "A network on small"
    assert chromium.ask("return [...document.images].every(image => image.naturalWidth > 0)")


def test_what_would_ask_is_stopped_by_the_page_s_own_policy(
    chromium: Browser, page: Path, listener: tuple[str, list[str]]
) -> None:
    """The same page with a foreign picture, style sheet and scripts in it: none is asked for, and no script runs."""
    address, asked = listener
    foreign = (
        f'<img src="{address}/a.png"><link rel="stylesheet" href="{address}/b.css">'
        f'<script src="{address}/c.js"></script><script>document.title = "taken"</script>'
    )
    spoiled, free = page.with_name("spoiled.html"), page.with_name("free.html")
    text = page.read_text(encoding="utf-8").replace("</body>", f"{foreign}</body>")
    spoiled.write_text(text, encoding="utf-8")
    chromium.complaints()
    chromium.show(spoiled.as_uri(), 1280)
    assert asked == []
    assert chromium.ask("return document.title") == "A network on small"
    assert sum("Content Security Policy" in line for line in chromium.complaints()) == 4
    # Without the policy all three are asked for: the listener hears them.
    free.write_text(text.replace("Content-Security-Policy", "nothing"), encoding="utf-8")
    chromium.show(free.as_uri(), 1280)
    assert sorted(asked) == ["/a.png", "/b.css", "/c.js"]
    assert chromium.ask("return document.title") == "taken"


@pytest.mark.parametrize("width", [320, 400, 1280])
def test_nothing_is_wider_than_the_window(chromium: Browser, page: Path, width: int) -> None:
    chromium.show(page.as_uri(), width)
    assert chromium.ask("return innerWidth") == width
    wide, window = chromium.ask(
        "const root = document.documentElement; return [root.scrollWidth, root.clientWidth]"
    )
    assert wide <= window
    # What is wider than its place can be scrolled there; all else is inside the window.
    outside = chromium.ask(
        """
        const inside = element => element.closest(".scroll, pre, title") !== null;
        return [...document.body.querySelectorAll("*")]
            .filter(element => !inside(element) && element.getBoundingClientRect().right > innerWidth + 0.5)
            .map(element => element.outerHTML.slice(0, 80));
        """
    )
    assert outside == []


def test_it_is_light_or_dark_and_can_be_read(chromium: Browser, page: Path) -> None:
    contrast = """
        const numbers = colour => colour.match(/[0-9.]+/g).slice(0, 3).map(Number);
        const light = colour => {
            const [r, g, b] = numbers(colour).map(c => c / 255).map(
                c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const page = light(getComputedStyle(document.body).backgroundColor);
        const of = name => {
            const style = getComputedStyle(document.querySelector(name));
            const text = light(name.startsWith("text") ? style.fill : style.color);
            return (Math.max(text, page) + 0.05) / (Math.min(text, page) + 0.05);
        };
        return [page, of("h1"), of(".quiet"), of("a"), of("text")];
    """
    brightness = {}
    for scheme in ("light", "dark"):
        chromium.show(page.as_uri(), 1280, scheme=scheme)
        brightness[scheme], *contrasts = chromium.ask(contrast)
        assert min(contrasts) >= 4.5  # WCAG 2, AA
    assert brightness["dark"] < 0.05 < 0.9 < brightness["light"]


def test_pictures_keep_their_proportions(chromium: Browser, tmp_path: Path) -> None:
    network = Network(
        Conv(2, 3), ReLU(), Flatten(), Dense(30), input_shape=(6, 6, 1)
    )  # its confusion is a picture
    write_report(network, small_data(), tmp_path / "report.html", engine="steps")
    for width in (400, 1280):
        chromium.show((tmp_path / "report.html").as_uri(), width)
        proportions = chromium.ask(
            """
            return [...document.images].map(image => {
                const shown = image.getBoundingClientRect();
                return [image.className, shown.width / shown.height, image.naturalWidth / image.naturalHeight];
            });
            """
        )
        assert [name for name, *_ in proportions].count("map") == 1
        assert all(abs(shown - natural) < 0.05 * natural for _, shown, natural in proportions)
