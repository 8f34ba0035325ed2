"""A real browser, driven through chromedriver's own protocol: JSON over HTTP on the loopback interface."""

from __future__ import annotations

import base64
import contextlib
import json
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

_SECONDS = 60
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Browser:
    """One session."""

    def __init__(self, address: str) -> None:
        self.address = address

    def post(self, command: str, **arguments: Any) -> Any:
        """A command of the WebDriver protocol; returns its value."""
        body = json.dumps(arguments).encode()
        request = urllib.request.Request(
            f"{self.address}/{command}", body, {"Content-Type": "application/json"}
        )
        with _DIRECT.open(request, timeout=_SECONDS) as answer:
            return json.load(answer)["value"]

    def tell(self, command: str, **parameters: Any) -> Any:
        """A command of the DevTools protocol."""
        return self.post("goog/cdp/execute", cmd=command, params=parameters)

    def show(self, address: str, width: int, height: int = 800, scheme: str = "light") -> None:
        """Load a page in a window of this size."""
        self.tell(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        self.tell("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.post("url", url=address)

    def ask(self, script: str) -> Any:
        """What a function's body returns in the page."""
        return self.post("execute/sync", script=script, args=[])

    def messages(self) -> list[dict[str, Any]]:
        """What DevTools has said since the last call: requests, responses ..."""
        entries = self.post("se/log", type="performance")
        return [json.loads(entry["message"])["message"] for entry in entries]

    def complaints(self) -> list[str]:
        """What stands in the console."""
        return [entry["message"] for entry in self.post("se/log", type="browser")]

    def picture(self, path: Path) -> None:
        """The whole page, however long, as PNG."""
        taken = self.tell("Page.captureScreenshot", captureBeyondViewport=True, format="png")
        path.write_bytes(base64.b64decode(taken["data"]))


@contextlib.contextmanager
def browser(folder: Path) -> Iterator[Browser]:
    """Inside, Chromium runs without a window; `folder` is for what it writes. Skips the test where it is missing."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        pytest.skip("chromium or chromedriver is not installed")
    with subprocess.Popen([driver, "--port=0"], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = next(line for line in process.stdout if "started successfully on port" in line)
            root = Browser(f"http://127.0.0.1:{line.rstrip().rstrip('.').split()[-1]}")
            options = {
                "binary": chromium,
                "args": [
                    "--headless=new",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-dev-shm-usage",
                    f"--user-data-dir={folder}",
                ],
            }
            wanted = {
                "goog:chromeOptions": options,
                "goog:loggingPrefs": {"performance": "ALL", "browser": "ALL"},
            }
            session = root.post("session", capabilities={"alwaysMatch": wanted})["sessionId"]
            opened = Browser(f"{root.address}/session/{session}")
            try:
                yield opened
            finally:
                request = urllib.request.Request(opened.address, method="DELETE")
                _DIRECT.open(request, timeout=_SECONDS).close()
        finally:
            process.terminate()
