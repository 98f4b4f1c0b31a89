import pytest
from django.core.files.storage import storages

from beffroi.kernel.models import User


@pytest.fixture
def store(tmp_path, settings):
    """A folder of contents of its own."""
    settings.STORAGES = settings.STORAGES | {
        "files": {
            "BACKEND": "beffroi.shared.files.storage.LocalContents",
            "OPTIONS": {"location": tmp_path / "files"},
        }
    }
    return storages["files"]


@pytest.fixture
def user(db):
    return User.objects.create_user("camille.verdier@example.invalid", first_name="Camille", last_name="Verdier")
