"""Journeys are played in a real browser, on a real installation of the demonstration, once for the whole folder."""

import contextlib
import os
import time
from pathlib import Path

import pytest
from playwright.sync_api import TimeoutError

from beffroi.shared.accounts.demo import ACCOUNTS, PASSWORD, current_code
from tests import database
from tests.support import browser as browsers
from tests.support import demo, server

# Playwright runs a loop in this thread; Django would refuse to read the database beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
HERE = Path(__file__).parent
PHONE = {"width": 390, "height": 844}


def pytest_collection_modifyitems(items):
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.journey)


@pytest.fixture(scope="package")
def demonstration(django_db_setup, django_db_blocker):
    """Loaded before the browser: its loop would stop what the demonstration signs."""
    with django_db_blocker.unblock():
        demo.template(database.template())


@pytest.fixture(scope="package")
def chromium(demonstration):
    with browsers.launched() as browser:
        yield browser


@pytest.fixture(scope="package")
def installation(chromium, django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), server.running() as running:
        yield running


@contextlib.contextmanager
def contexts(chromium, installation, watch: browsers.Watch):
    """Opens browsers of their own; what their consoles say makes the test fail at the end."""
    opened = []

    def open_one(**options):
        options = {
            "locale": "fr-FR",
            "viewport": {"width": 1280, "height": 900},
            "base_url": installation.url,
        } | options
        context = chromium.new_context(**options)
        context.set_default_timeout(15_000)
        watch.on(context)
        opened.append(context)
        return context

    yield open_one
    for context in opened:
        context.close()
    watch.check()


@pytest.fixture
def open_context(chromium, installation):
    """Open a browser of its own for somebody."""
    with contexts(chromium, installation, browsers.Watch()) as open_one:
        yield open_one


@pytest.fixture
def open_without_network(chromium, installation):
    """The same, for a network that will be cut on purpose."""
    with contexts(chromium, installation, browsers.WithoutNetwork()) as open_one:
        yield open_one


@pytest.fixture
def page(open_context):
    return open_context().new_page()


def _give_code(page, secret: str) -> None:
    """A code works once: when another journey has just used this one, wait for the next, as a person does."""
    for last in (False, True):
        page.get_by_label("Code de votre application").fill(current_code(secret))
        page.get_by_role("button", name="Valider").click()
        try:
            page.wait_for_url(lambda url: "second-facteur" not in url, timeout=None if last else 6000)
        except TimeoutError:
            time.sleep(30.5 - time.time() % 30)
        else:
            return


def sign_in(page, email: str, password: str = PASSWORD) -> None:
    """By the pages, as a person does: password, then the code of the telephone."""
    page.goto("/compte/connexion/")
    page.get_by_label("Votre adresse électronique").fill(email)
    page.get_by_label("Votre mot de passe", exact=True).fill(password)
    page.get_by_role("button", name="Me connecter").click()
    account = next((one for one in ACCOUNTS if one.email == email), None)
    if account is not None and account.needs_code:
        page.wait_for_url("**/second-facteur/**")
        _give_code(page, account.secret)
    else:
        page.wait_for_url("**/compte/")


@pytest.fixture
def enter(open_context):
    """A page where this demonstration account is signed in."""

    def enter(email: str, **options):
        page = open_context(**options).new_page()
        sign_in(page, email)
        return page

    return enter


@pytest.fixture
def telephone(chromium, installation):
    """A telephone of its own for each agent, where this account is signed in."""
    watch, opened = browsers.WithoutNetwork(), []

    def take(email: str):
        context = chromium.new_context(locale="fr-FR", viewport=PHONE, base_url=installation.url)
        context.set_default_timeout(15_000)
        watch.on(context)
        opened.append(context)
        page = context.new_page()
        sign_in(page, email)
        return page

    yield take
    for context in opened:
        context.close()
    watch.check()
