"""How the personal data of the mail dies. The register and its letters are public archives: the archives of the body
decide of their end; what only helps the work goes by itself."""

from datetime import timedelta

from django.db.models import Exists, OuterRef

from beffroi.kernel.modules import RetentionRule
from beffroi.modules.mail.models import Batch, Correspondent, Letter
from beffroi.shared.files.actions import remove_files_of

UNUSED = timedelta(days=3 * 365)
SCANNED = timedelta(days=60)


def _unused(now):
    """Records of the directory that no letter bears, and that no merge concerns."""
    letters = Letter.objects.filter(correspondent=OuterRef("pk"))
    found = Correspondent.objects.filter(~Exists(letters), created_at__lt=now - UNUSED, nature="person")
    return found.filter(merged_into=None, duplicates=None, merges=None)


def _scanned(now):
    """Batches that were cut long ago, and whose letters are all registered or set aside."""
    waiting = Batch.objects.filter(pk=OuterRef("pk"), items__letter=None, items__set_aside=False)
    waiting = waiting.filter(items__isnull=False)
    return Batch.objects.filter(~Exists(waiting), cut_at__lt=now - SCANNED)


def _drop_batch(batch: Batch) -> None:
    for item in batch.items.all():
        remove_files_of(item)
    remove_files_of(batch)
    batch.delete()


RULES = [
    RetentionRule(
        code="mail.correspondent",
        model="mail.Correspondent",
        label="Particuliers de l’annuaire du courrier dont aucun courrier ne porte le nom",
        basis="RGPD, article 5 : une adresse qui ne sert plus n’est pas gardée",
        keep=UNUSED,
        due=_unused,
        apply=lambda one: one.delete(),
        action="delete",
    ),
    RetentionRule(
        code="mail.batch",
        model="mail.Batch",
        label="Lots numérisés dont tous les plis sont enregistrés",
        basis="RGPD, article 5 : chaque courrier garde ses pages, le lot ne sert plus",
        keep=SCANNED,
        due=_scanned,
        apply=_drop_batch,
        action="delete",
    ),
]
