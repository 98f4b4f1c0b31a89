"""The line of `/sante/`: no name of a file, which everyone could read."""

from django.db.models import Count, Max, Subquery

from beffroi.kernel.models import Heartbeat
from beffroi.modules.archives.actions.keeping import CHECK, FAULTY
from beffroi.modules.archives.models import Piece


def state() -> tuple[bool, str]:
    """Are the pieces what they were when they were last read? The ledger is verified by its own command."""
    last = Heartbeat.objects.filter(name=CHECK).values("detail")[:1]
    found = Piece.objects.aggregate(kept=Count("pk"), bad=Count("pk", filter=FAULTY), seen=Max(Subquery(last)))
    if found["bad"]:
        return False, f"{found['bad']} pièce(s) altérée(s) ou absente(s) : la page des preuves les nomme."
    if found["seen"] is None:
        return True, "Aucune relecture encore." if found["kept"] else "Aucune pièce à relire."
    return True, f"Dernière relecture : {found['seen']}."
