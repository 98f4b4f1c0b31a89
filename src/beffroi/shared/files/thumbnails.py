"""Smaller pictures, made on first use or by a job, kept beside the contents, removed with them."""

import contextlib

from beffroi.shared.files import images, storage
from beffroi.shared.files.models import Blob

FOLDER = "vignettes"


def name_of(sha256: str, size: str) -> str:
    """Where a thumbnail lies in the storage."""
    return f"{FOLDER}/{storage.address(sha256)}-{size}.webp"


def read(blob: Blob, size: str) -> storage.Portions:
    """The bytes of a thumbnail, which is made now if it is not there. Raises FileNotFoundError without the content."""
    kept = storage.contents()
    name = name_of(blob.sha256, size)
    try:
        return kept.read(name)
    except FileNotFoundError:
        make(blob, size)
        return kept.read(name)


def make(blob: Blob, size: str) -> None:
    """Draw one thumbnail. `size` is a key of `images.THUMBNAILS`."""
    kept = storage.contents()
    with kept.open(storage.address(blob.sha256)) as content:
        small = images.thumbnail(content, images.THUMBNAILS[size])
    kept.put(name_of(blob.sha256, size), small)


def prepare(blob: Blob) -> None:
    """Draw those that are missing."""
    if not blob.is_image:
        return
    kept = storage.contents()
    for size in images.THUMBNAILS:
        if not kept.exists(name_of(blob.sha256, size)):
            with contextlib.suppress(FileNotFoundError):
                make(blob, size)


def remove(sha256: str) -> None:
    """Delete the thumbnails of a content."""
    kept = storage.contents()
    for size in images.THUMBNAILS:
        kept.delete(name_of(sha256, size))
