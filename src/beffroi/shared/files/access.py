"""Who may see a file: the object that it belongs to decides.

- a file marked public: everyone;
- a file that waits to be attached: whoever sent it, if signed in;
- else, whoever the class of its object says: `can_see_file(user, stored_file) -> bool`;
- and, for half a day, whoever holds an address given by `url_for`: a page reached by a secret link has already shown
  that its visitor may see the file.
"""

from django.core import signing
from django.urls import reverse

from beffroi.shared.files.models import StoredFile

SALT = "beffroi.files.view"
LIFE = 12 * 3600


def can_see(user, file: StoredFile) -> bool:
    """May `user` see this file?"""
    if file.public:
        return True
    if file.target_id is None:
        return user.is_authenticated and file.uploaded_by_id == user.pk
    decide = getattr(file.target, "can_see_file", None)
    return bool(decide and decide(user, file))


def sign(file: StoredFile) -> str:
    """A key that opens this file for half a day."""
    return signing.TimestampSigner(salt=SALT).sign(str(file.pk)).split(":", 1)[1]


def opens(key: str, file: StoredFile) -> bool:
    """Does this key open the file?"""
    try:
        signing.TimestampSigner(salt=SALT).unsign(f"{file.pk}:{key}", max_age=LIFE)
    except signing.BadSignature:
        return False
    return True


def url_for(file: StoredFile) -> str:
    """The address of a file for a visitor without account whose right was checked otherwise."""
    return file.url if file.public else f"{file.url}?cle={sign(file)}"


def thumbnail_url_for(file: StoredFile, size: str = "moyenne") -> str:
    """The same for a thumbnail."""
    url = reverse("files:thumbnail", args=[file.pk, size])
    return url if file.public else f"{url}?cle={sign(file)}"
