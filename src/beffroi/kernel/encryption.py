"""Text kept encrypted in the database: bank coordinates, health… It is opened only by who reads the field in Python.

Fernet (AES-128-CBC and HMAC-SHA256) under a key derived from SECRET_KEY. To change the key, put the old one in
SECRET_KEY_FALLBACKS: what it closed still opens, and is closed again with the new one at the next save, or by
`rotate`. Such a field cannot be searched, sorted nor indexed.
"""

import base64
import hashlib
import json
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction


class Unreadable(Exception):
    """No key of this installation opens this text: its SECRET_KEY was changed without keeping the old one."""


@lru_cache(maxsize=4)
def _keys(*keys: str) -> MultiFernet:
    digests = (hashlib.sha256(f"beffroi.encryption:{key}".encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


def _fernet() -> MultiFernet:
    return _keys(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


def encrypt(text: str) -> str:
    """Close a text; empty stays empty."""
    return _fernet().encrypt(text.encode()).decode() if text else ""


def decrypt(closed: str) -> str:
    """Open what `encrypt` closed. Raises Unreadable."""
    if not closed:
        return ""
    try:
        return _fernet().decrypt(closed.encode()).decode()
    except InvalidToken:
        raise Unreadable("encrypted field") from None


class EncryptedTextField(models.TextField):
    """A text that is encrypted in its column and plain on the object."""

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return encrypt(value) if value else value

    def from_db_value(self, value: Any, *context: Any) -> Any:
        return decrypt(value) if value else value


class EncryptedJSONField(EncryptedTextField):
    """A value that JSON can write, encrypted in its column."""

    def get_prep_value(self, value: Any) -> Any:
        return None if value is None else encrypt(json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False))

    def from_db_value(self, value: Any, *context: Any) -> Any:
        return None if value is None else json.loads(decrypt(value))

    def to_python(self, value: Any) -> Any:
        return value


def fields_of(model: type[models.Model]) -> list[str]:
    """The names of the encrypted fields of a model."""
    return [field.name for field in model._meta.local_fields if isinstance(field, EncryptedTextField)]


def rotate(model: type[models.Model], batch: int = 500) -> int:
    """Close again with the present key every encrypted field of a model; returns how many rows were written.

    Each batch is locked while it is written: what somebody saves at the same time is never lost.
    """
    names, count, last = fields_of(model), 0, None
    while names:
        with transaction.atomic():
            rows = model._base_manager.select_for_update(of=("self",)).order_by("pk")
            held = list(rows.filter(pk__gt=last)[:batch] if last is not None else rows[:batch])
            for row in held:
                model._base_manager.filter(pk=row.pk).update(**{name: getattr(row, name) for name in names})
        if not held:
            break
        count, last = count + len(held), held[-1].pk
    return count
