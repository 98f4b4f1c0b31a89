"""What every test relies on: a real PostgreSQL, and no network."""

import ipaddress
import socket

import pytest
from django.core.cache import caches
from django.test.testcases import TransactionTestCase
from hypothesis import HealthCheck, settings

from beffroi.kernel import remembered
from tests import database

# A busy machine is not a fault of the code: no property fails for having been slow.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


def pytest_addoption(parser):
    parser.addoption("--audit", action="store_true", help="write the results of the checks of accessibility")


class NetworkBlocked(AssertionError):
    """A test tried to leave this machine."""


def _is_local(host: object) -> bool:
    if not host or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True, scope="session")
def _no_network():
    """Only Unix sockets and the loopback interface answer."""
    connect, getaddrinfo = socket.socket.connect, socket.getaddrinfo

    def guarded_connect(self, address):
        if self.family != socket.AF_UNIX and not _is_local(address[0]):
            raise NetworkBlocked(f"connection to {address[0]}")
        return connect(self, address)

    def guarded_getaddrinfo(host, *args, **kwargs):
        if not _is_local(host.decode() if isinstance(host, bytes) else host):
            raise NetworkBlocked(f"look-up of {host}")
        return getaddrinfo(host, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket, "getaddrinfo", guarded_getaddrinfo)
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker):
    """One copy of the migrated template for the run; a fresh one after each test that commits."""
    with database.server(), django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        template = database.template()
        name = database.use_copy(template)
        # Truncating the tables would lose what the migrations wrote, and the journal refuses it.
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda self: database.use_copy(template))
        yield
        database.drop(name)


@pytest.fixture(autouse=True)
def _empty_page_cache(monkeypatch):
    """Nothing is kept from one test to the next, and no minute ends between two counts of queries."""
    caches["pages"].clear()
    monkeypatch.setattr(remembered, "LIFETIME", 10**9)
