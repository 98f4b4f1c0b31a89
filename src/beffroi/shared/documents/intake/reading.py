"""Read the inlets, each on its own."""

from beffroi.shared.documents.intake import mailbox, scans
from beffroi.shared.documents.models import Inlet

READERS = {Inlet.Kind.MAILBOX: mailbox.read, Inlet.Kind.SCANS: scans.read}


def read(inlet_id: int) -> int:
    """Read one, if it is active and its folder still takes documents; returns how many files."""
    inlet = Inlet.objects.select_related("folder__space").filter(pk=inlet_id, is_active=True).first()
    if inlet is None or inlet.folder.removal_id is not None or inlet.folder.state != "open":
        return 0
    return READERS[inlet.kind](inlet)


def read_all() -> int:
    """Read them all."""
    return sum(read(pk) for pk in Inlet.objects.filter(is_active=True).values_list("pk", flat=True))
