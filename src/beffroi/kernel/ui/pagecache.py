"""Anonymous pages are kept one minute, or until the next line of the journal: many visitors cost one rendering.

Only what is the same for everybody is kept: a GET without session, message or authorisation, answered 200 without a
cookie, a CSRF token or a `private`/`no-store` of its view. What is kept is sent with an ETag, compressed once.
"""

import gzip
import hashlib
import time
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.cache import caches
from django.http import HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers

from beffroi.kernel import journal

KINDS = {
    "text/html",
    "application/geo+json",
    "application/rss+xml",
    "application/atom+xml",
    "application/xml",
    "text/calendar",
}
REFUSALS = {"private", "no-store", "no-cache", "max-age=0"}
SAME_FOR_ALL = {"cookie", "accept-encoding"}
LIFETIME = 60
# Bytes past which the time to compress is felt: a tenth more on the line, a third of the time.
LARGE = 100_000
STAMP = Path(__file__).parent / "static" / "beffroi" / ".stamp"


@dataclass(frozen=True)
class KeptPage:
    """A rendered page, ready to be sent."""

    body: bytes
    packed: bytes
    etag: str
    headers: dict[str, str] = field(default_factory=dict)


@cache
def build_mark() -> str:
    """Changes with each build of the front end."""
    return STAMP.read_text().strip()[:16] if STAMP.is_file() else "0"


def is_anonymous(request) -> bool:
    """No session, no waiting message, no authorisation: nothing that says who asks."""
    cookies = request.COOKIES
    return (
        settings.SESSION_COOKIE_NAME not in cookies
        and "messages" not in cookies
        and "HTTP_AUTHORIZATION" not in request.META
    )


def key_of(request) -> str:
    """The page, the minute and the state of the journal."""
    where = f"{request.scheme}://{request.get_host()}{request.get_full_path()}"
    digest = hashlib.blake2b(where.encode(), digest_size=20).hexdigest()
    return f"{digest}:{int(time.time() // LIFETIME)}:{journal.version()}"


def may_keep(request, response) -> bool:
    """True when this answer is the same for every anonymous visitor: a page, or data whose view says `same_for_all`."""
    if response.status_code != 200 or response.streaming or response.cookies or response.has_header("Set-Cookie"):
        return False
    if request.META.get("CSRF_COOKIE_NEEDS_UPDATE") or response.has_header("Content-Encoding"):
        return False
    if response.get("Content-Type", "").split(";")[0] not in KINDS and not getattr(response, "same_for_all", False):
        return False
    directives = {part.strip().lower() for part in response.get("Cache-Control", "").split(",")}
    varies = {part.strip().lower() for part in response.get("Vary", "").split(",") if part.strip()}
    return not directives & REFUSALS and varies <= SAME_FOR_ALL


def kept(response) -> KeptPage:
    patch_vary_headers(response, ["Cookie", "Accept-Encoding"])
    if not response.has_header("Cache-Control"):
        patch_cache_control(response, no_cache=True)
    body = response.content
    digest = hashlib.blake2b(body, digest_size=12).hexdigest()
    # A page without secret or token: compressing it reveals nothing.
    level = 6 if len(body) < LARGE else 2
    packed = gzip.compress(body, compresslevel=level, mtime=0) if len(body) > 500 else b""
    return KeptPage(body, packed, f'W/"{digest}"', dict(response.items()))


def sent(request, page: KeptPage) -> HttpResponse:
    """The kept page, compressed where the browser accepts it, or 304 when it has it already."""
    packed = page.packed and "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(page.packed if packed else page.body, headers=page.headers)
    response["ETag"] = page.etag
    response["Content-Length"] = str(len(response.content))
    if packed:
        response["Content-Encoding"] = "gzip"
    return get_conditional_response(request, etag=page.etag, response=response) or response


class PublicPageCacheMiddleware:
    """Sits before the session, so that an anonymous page costs one query (the journal's state) when it is kept."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method != "GET" or not is_anonymous(request):
            response = self.get_response(request)
            if not response.has_header("Cache-Control") and not is_anonymous(request):
                patch_cache_control(response, private=True, no_cache=True)
            return response
        key = key_of(request)
        page = caches["pages"].get(key)
        if page is None:
            response = self.get_response(request)
            if not may_keep(request, response):
                return response
            page = kept(response)
            caches["pages"].set(key, page, LIFETIME)
        return sent(request, page)
