"""The contract is tried on the demonstration: one copy for the whole folder, each test undone after it."""

import pytest

from tests.support import demo


@pytest.fixture(scope="package")
def demonstration(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), demo.in_use():
        yield


@pytest.fixture(scope="package")
def visitors(demonstration, django_db_blocker):
    """Everybody who looks: see `tests.support.demo.visitors`."""
    with django_db_blocker.unblock():
        return demo.visitors()


@pytest.fixture(autouse=True)
def _on_the_demonstration(demonstration, db):
    """Each test of this folder reads the demonstration."""
