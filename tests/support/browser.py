"""A real browser that leaves this machine never, and reports what its console says."""

import base64
import contextlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from beffroi.config import env

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
LOCAL = re.compile(r"^(?:https?|wss?)://(?:127\.0\.0\.1|localhost)[:/]|^(?:data|blob|about):")
# The background of the maps comes from the national mapping agency; the tests answer in its place.
MAP_BACKGROUND = "https://data.geopf.fr/**"
TILE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
# A page that is refused on purpose (403, 404, 410) is also a line of the console.
REFUSED_PAGE = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")


def executable() -> str:
    """The browser to run: the system's, else that of the npm package; the test is skipped, saying why, without any."""
    for name in NAMES:
        if found := shutil.which(name):
            return found
    package = env.PROJECT / "node_modules" / "@sparticuz" / "chromium"
    node = os.environ.get("BEFFROI_NODE") or shutil.which("node")
    if package.is_dir() and node:
        script = "import c from '@sparticuz/chromium'; console.log(await c.executablePath())"
        done = subprocess.run(
            [node, "--input-type=module", "-e", script], cwd=env.PROJECT, capture_output=True, text=True, check=False
        )
        if done.returncode == 0 and done.stdout.strip():
            return done.stdout.strip()
    pytest.skip("no Chromium: install chromium, or the npm package @sparticuz/chromium")


@contextlib.contextmanager
def launched() -> Iterator[Browser]:
    path = executable()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Watch:
    """What went wrong in one context: errors of the console, of scripts and of the policy, addresses elsewhere."""

    faults: list[str] = field(default_factory=list)

    def on(self, context: BrowserContext) -> None:
        context.route(MAP_BACKGROUND, lambda route: route.fulfill(body=TILE, content_type="image/png"))
        context.on("request", lambda request: self._request(request.url))
        context.on("weberror", lambda error: self.faults.append(f"script : {error.error}"))
        context.on("console", self._console)

    def _request(self, url: str) -> None:
        if not LOCAL.match(url) and not url.startswith(MAP_BACKGROUND.rstrip("*")):
            self.faults.append(f"network : {url}")

    def _console(self, message) -> None:
        if message.type == "error" and not REFUSED_PAGE.search(message.text):
            self.faults.append(f"console : {message.text}")

    def check(self) -> None:
        assert not self.faults, "\n" + "\n".join(self.faults)


class WithoutNetwork(Watch):
    """What is not in the device cannot be fetched: the console says so, and that is no fault."""

    def _console(self, message) -> None:
        if "net::ERR_" not in message.text:
            super()._console(message)


def overflows(page: Page) -> bool:
    """Does the page, with its styles, scroll sideways?"""
    page.wait_for_load_state()
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
