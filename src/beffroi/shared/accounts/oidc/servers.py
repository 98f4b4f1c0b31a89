"""Which identity services this installation may use, and how each wants to be spoken to."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True, kw_only=True)
class Server:
    """One identity service. `url` is both the root of its addresses and the issuer of its tokens.

    `acr_values` is asked of the service when it takes that parameter; `levels` are the answers then accepted (eIDAS).
    `pkce` stays off unless the service documents it: both refuse a parameter that they do not know.
    """

    code: str
    name: str
    audience: str
    about: str
    url: str
    client_id: str
    client_secret: str
    scopes: tuple[str, ...]
    acr_values: str = ""
    levels: tuple[str, ...] = ()
    pkce: bool = False
    algorithms: tuple[str, ...] = ("ES256", "RS256")

    def address(self, path: str) -> str:
        return f"{self.url.rstrip('/')}/{path}"


def configured() -> tuple[Server, ...]:
    """The services whose identifiers were given to this installation, FranceConnect first as its rules require."""
    return tuple(Server(**values) for values in settings.IDENTITY_SERVERS if values["client_id"])


def find(code: str) -> Server | None:
    """The configured service of that code, or None."""
    return next((server for server in configured() if server.code == code), None)


def button(server: Server) -> Path | None:
    """The official image of the service's button, where the installation has put it.

    Both services reserve the drawing of their button and forbid altering it, so the project ships none: until the
    image is there, the button is plain text.
    """
    image = settings.HOME / "marques" / f"{server.code}.svg"
    return image if image.is_file() else None
