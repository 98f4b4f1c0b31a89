"""The line of `/sante/`: no name of a file, which everyone could read."""

from beffroi.kernel.models import Heartbeat
from beffroi.modules.archives import ledger
from beffroi.modules.archives.actions.keeping import CHECK, faults
from beffroi.modules.archives.models import Piece


def state() -> tuple[bool, str]:
    """Are the pieces what they were when they were last read? The ledger is verified by its own command."""
    bad = len(faults())
    if bad:
        return False, f"{bad} pièce(s) altérée(s) ou absente(s) : la page des preuves les nomme."
    seen = Heartbeat.objects.filter(name=CHECK).first()
    if seen is None:
        return True, "Aucune relecture encore." if Piece.objects.exists() else "Aucune pièce à relire."
    waiting = ledger.since_head()
    return True, f"Dernière relecture : {seen.detail} ; {waiting} ligne(s) du journal à horodater."
