"""How what names somebody dies in the maintenance."""

from datetime import timedelta

from django.db import transaction

from beffroi.kernel.modules import RetentionRule
from beffroi.modules.maintenance.models import Absence, Closing, ContractorAccess
from beffroi.shared.files.models import StoredFile

SIGNED = timedelta(days=5 * 365)
LINKS = timedelta(days=365)
AWAY = timedelta(days=365)


@transaction.atomic
def forget_signature(closing: Closing) -> None:
    """The name and the signature of somebody who received a work go; the report stays."""
    StoredFile.objects.about(closing).filter(kind="signature").delete()
    closing.signatory = ""
    closing.save(update_fields=["signatory"])


RETENTION = [
    RetentionRule(
        code="maintenance.signatures",
        model="maintenance.Closing",
        label="Noms et signatures des personnes qui ont reçu un travail",
        basis="Code civil, art. 2224 : cinq ans pour contester le travail reçu",
        keep=SIGNED,
        due=lambda now: Closing.objects.filter(created_at__lte=now - SIGNED).exclude(signatory=""),
        apply=forget_signature,
    ),
    RetentionRule(
        code="maintenance.contractor_links",
        model="maintenance.ContractorAccess",
        label="Liens des entreprises, périmés depuis un an",
        basis="RGPD, art. 5.1.e : un an pour savoir qui avait reçu un lien",
        keep=LINKS,
        due=lambda now: ContractorAccess.objects.filter(expires_at__lte=now - LINKS),
        apply=lambda access: access.delete(),
        action="delete",
        each=False,
    ),
    RetentionRule(
        code="maintenance.absences",
        model="maintenance.Absence",
        label="Absences passées depuis un an",
        basis="RGPD, art. 5.1.e : le planning passé n’a plus d’usage",
        keep=AWAY,
        due=lambda now: Absence.objects.filter(end__lte=(now - AWAY).date()),
        apply=lambda absence: absence.delete(),
        action="delete",
        each=False,
    ),
]
