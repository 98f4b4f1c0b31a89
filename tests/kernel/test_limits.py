from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import RequestFactory, override_settings

from beffroi.kernel.limits import TooMany, client_address, limit, limit_key
from beffroi.kernel.models import RateCount


def test_limit_past_the_most_refuses(db):
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.7")
    for _ in range(3):
        limit(request, "x", most=3, seconds=10**9)
    with pytest.raises(TooMany):
        limit(request, "x", most=3, seconds=10**9)
    limit(RequestFactory().get("/", REMOTE_ADDR="192.0.2.8"), "x", most=3, seconds=10**9)
    assert not RateCount.objects.filter(key__contains="192").exists()


@override_settings(BEHIND_PROXY=True)
def test_client_address_behind_a_proxy_is_the_last_forwarded():
    request = RequestFactory().get("/", HTTP_X_FORWARDED_FOR="203.0.113.9, 198.51.100.4", REMOTE_ADDR="127.0.0.1")
    assert client_address(request) == "198.51.100.4"


def test_client_address_without_proxy_ignores_the_header():
    request = RequestFactory().get("/", HTTP_X_FORWARDED_FOR="203.0.113.9", REMOTE_ADDR="192.0.2.1")
    assert client_address(request) == "192.0.2.1"


@pytest.mark.django_db(transaction=True)
def test_limit_under_concurrency_counts_each_one():
    def attempt(_):
        try:
            limit_key("y", "one", most=5, seconds=10**9)
            return True
        except TooMany:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(24))) == 5
