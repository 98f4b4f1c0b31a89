"""Ask the worker to read a version."""

from django.conf import settings

from beffroi.kernel import jobs


def ask_reading(version_id: int) -> None:
    """Have a version read. So many readings at once (BEFFROI_READERS), whatever the number of workers: a pile of scans
    does not hold the messages back."""
    lock = f"documents.read-{version_id % max(settings.READERS, 1)}"
    jobs.defer("documents.read_version", lock=lock, version_id=version_id)
