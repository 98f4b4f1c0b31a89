"""How often a thing may be done from one address: counted in the database, so for all web machines together."""

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.crypto import salted_hmac

_COUNT = """
INSERT INTO kernel_ratecount (key, window_start, count) VALUES (%s, to_timestamp(%s), 1)
ON CONFLICT (key, window_start) DO UPDATE SET count = kernel_ratecount.count + 1
RETURNING count
"""


class TooMany(Exception):
    """The limit is reached; say so next to the form, with when to try again."""


def client_address(request) -> str:
    """The address of the visitor; behind a declared proxy, the last one that the proxy added."""
    if settings.BEHIND_PROXY:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
        if forwarded:
            return forwarded.split(",")[-1].strip()
    return request.META.get("REMOTE_ADDR", "")


def limit(request, name: str, *, most: int, seconds: int) -> None:
    """Count one more `name` from this visitor's address; raises TooMany past `most` in a window of `seconds`.

    The address is kept only as a keyed digest, and for a day at most.
    """
    limit_key(name, client_address(request), most=most, seconds=seconds)


def limit_key(name: str, key: str, *, most: int, seconds: int) -> None:
    """Same, for any key: an account, an e-mail address, a telephone number."""
    now = int(timezone.now().timestamp())
    digest = salted_hmac("beffroi.limits", f"{name}:{key}", algorithm="sha256").hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [digest, now - now % seconds])
        if cursor.fetchone()[0] > most:
            raise TooMany(name)
