"""Reads the environment variables that configure an installation (listed in docs/exploitation.md)."""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

PROJECT = Path(__file__).resolve().parents[3]


class ConfigurationError(Exception):
    """A variable has a value that cannot be used; the message says which one and what is expected."""


def text(name: str, default: str = "") -> str:
    return os.environ.get(f"BEFFROI_{name}", default)


def flag(name: str, default: bool = False) -> bool:
    """True for 1, true, oui, yes, on (any case)."""
    value = text(name)
    return value.strip().lower() in {"1", "true", "oui", "yes", "on"} if value else default


def number(name: str, default: int) -> int:
    value = text(name)
    try:
        return int(value) if value else default
    except ValueError as error:
        raise ConfigurationError(f"BEFFROI_{name} doit être un nombre entier, pas « {value} ».") from error


def words(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """A comma-separated list."""
    value = text(name)
    return [word.strip() for word in value.split(",") if word.strip()] if value else list(default)


def home() -> Path:
    """Where everything that must be kept lives: database, files, keys, backups."""
    return Path(text("HOME") or PROJECT / "var").resolve()


def database(url: str) -> dict:
    """A Django database setting from `postgresql://user:password@host:port/name?option=value`.

    A socket directory is given as `?host=/path`. Raises ConfigurationError for any other scheme.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ConfigurationError(f"DATABASE_URL doit commencer par postgresql://, pas « {parts.scheme} ».")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or options.pop("port", "")),
        "OPTIONS": options,
    }
