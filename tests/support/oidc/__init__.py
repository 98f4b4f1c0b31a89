"""Starts the identity service of the tests, and walks through it as a person's browser does."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
import requests

from beffroi.config import env

SCRIPT = Path(__file__).with_name("server.mjs")


def node() -> str:
    """The Node to run; the test is skipped, saying why, where there is none."""
    found = os.environ.get("BEFFROI_NODE") or shutil.which("node")
    if not found:
        pytest.skip("Node.js is absent: the identity service of the tests cannot run")
    if not (env.PROJECT / "node_modules" / "oidc-provider").exists():
        pytest.skip("the npm package oidc-provider is not installed (npm ci)")
    return found


class IdentityService:
    """One running `oidc-provider`; `url` is the root of its addresses."""

    def __init__(self, settings: dict):
        self.process = subprocess.Popen(
            [node(), str(SCRIPT), json.dumps(settings)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=env.PROJECT,
        )
        self.url = json.loads(self.process.stdout.readline())["url"]
        self.root = "{0.scheme}://{0.netloc}".format(urlsplit(self.url))

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=10)
        self.process.stdout.close()

    def faults(self, **faults) -> None:
        """Make the next answers wrong; without arguments, mend them."""
        requests.post(f"{self.root}/faults", json=faults, timeout=5)

    def sign_in(self, address: str, account: str, browser: requests.Session | None = None) -> str:
        """Follow `address` to the sign-in page, sign in as `account`; returns the address that leads back to us."""
        return self._through(address, f"/login?account={account}", browser)

    def cancel(self, address: str) -> str:
        """Follow `address` to the sign-in page and give up; returns the address that leads back to us."""
        return self._through(address, "/cancel", None)

    def sign_out(self, address: str, browser: requests.Session) -> str:
        """Leave the service by `address`, saying yes to its question; returns the address that leads back to us."""
        page = browser.get(address, timeout=10)
        assert page.status_code == 200, page.text
        action = re.search(r'action="([^"]+)"', page.text)[1]
        fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page.text))
        answer = browser.post(action, data=fields, allow_redirects=False, timeout=10)
        assert answer.is_redirect, answer.text
        return answer.headers["Location"]

    def _through(self, address: str, answer: str, browser: requests.Session | None) -> str:
        browser = browser or requests.Session()
        here = self.follow(address, browser)
        if "/interaction/" not in here:
            return here
        return self.follow(here + answer, browser)

    def follow(self, address: str, browser: requests.Session) -> str:
        """Follow the redirections as long as they stay at the service; returns where they end."""
        while True:
            response = browser.get(address, allow_redirects=False, timeout=10)
            if response.is_redirect:
                address = urljoin(address, response.headers["Location"])
                if not address.startswith(self.root):
                    return address
                continue
            assert response.status_code == 200, response.text
            return address
