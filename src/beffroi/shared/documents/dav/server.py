"""The WSGI application of `/dav/`, made at its first request."""

from collections.abc import Callable, Iterable
from functools import cache

from django.conf import settings
from django.core.handlers.wsgi import LimitedStream
from django.core.signals import request_finished, request_started
from wsgidav.dc.base_dc import BaseDomainController
from wsgidav.wsgidav_app import WsgiDAVApp

from beffroi.kernel import access as rights
from beffroi.shared.documents import access
from beffroi.shared.documents.actions.doors import holder_of
from beffroi.shared.documents.dav.locks import Locks
from beffroi.shared.documents.dav.tree import Tree

PREFIX = "/dav"


class Keys(BaseDomainController):
    """The name is the address of the account, the password one of its keys: 192 bits drawn here, not to be guessed."""

    def get_domain_realm(self, path_info: str, environ: dict) -> str:
        return "Documents"

    def require_authentication(self, realm: str, environ: dict) -> bool:
        return True

    def supports_http_digest_auth(self) -> bool:
        return False

    def basic_auth_user(self, realm: str, user_name: str, password: str, environ: dict) -> bool:
        user = holder_of(password)
        if user is None or user.email.lower() != user_name.lower() or not rights.can(user, access.READ):
            return False
        environ["beffroi.user"] = user
        return True


@cache
def _application() -> WsgiDAVApp:
    return WsgiDAVApp(
        {
            "provider_mapping": {"/": Tree()},
            "mount_path": PREFIX,
            "http_authenticator": {
                "domain_controller": Keys,
                "accept_basic": True,
                "accept_digest": False,
                "default_to_digest": False,
            },
            "lock_storage": Locks(),
            "property_manager": False,
            "dir_browser": {"enable": False},
            "logging": {"enable": False},
            "suppress_version_info": True,
            "verbose": 1,
        }
    )


def with_dav(application: Callable) -> Callable:
    """The same WSGI application, which gives `/dav/` to the office suites."""

    def chosen(environ: dict, start_response: Callable) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path != PREFIX and not path.startswith(f"{PREFIX}/"):
            return application(environ, start_response)
        if settings.SECURE and not _is_secure(environ):
            start_response("403 Forbidden", [("Content-Type", "text/plain; charset=utf-8")])
            return [b"Cette adresse se visite en https."]
        environ["SCRIPT_NAME"], environ["PATH_INFO"] = (
            environ.get("SCRIPT_NAME", "") + PREFIX,
            path[len(PREFIX) :] or "/",
        )
        # Some servers hand over the bare connection: nothing is read beyond the body.
        length = environ.get("CONTENT_LENGTH") or "0"
        environ["wsgi.input"] = LimitedStream(environ["wsgi.input"], int(length) if length.isdecimal() else 0)
        request_started.send(sender=_application, environ=environ)
        try:
            return _Closed(_application()(environ, start_response))
        except BaseException:
            request_finished.send(sender=_application)
            raise

    return chosen


def _is_secure(environ: dict) -> bool:
    """A key must not travel in clear."""
    if settings.BEHIND_PROXY:
        return environ.get("HTTP_X_FORWARDED_PROTO") == "https"
    return environ.get("wsgi.url_scheme") == "https"


class _Closed:
    """An answer after which the database is given back.

    The library says its status with its first bytes only; granian wants it before: they are asked for at once.
    """

    def __init__(self, answer: Iterable[bytes]):
        self.answer = answer
        self.rest = iter(answer)
        self.first = next(self.rest, b"")

    def __iter__(self):
        yield self.first
        yield from self.rest

    def close(self) -> None:
        """Called by the server at the end."""
        try:
            if hasattr(self.answer, "close"):
                self.answer.close()
        finally:
            request_finished.send(sender=_application)
