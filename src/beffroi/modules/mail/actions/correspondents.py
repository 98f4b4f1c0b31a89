"""Write in the directory of correspondents: add, change, merge two records of the same one, undo it."""

import re

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from stdnum.fr import siret as siret_number

from beffroi.kernel import journal
from beffroi.modules.mail.models import Correspondent, Merge
from beffroi.shared.organisations.models import Organisation

CHOSEN = re.compile(r"\(n° (\d{1,15})\)\s*$")


@transaction.atomic
def save_correspondent(correspondent: Correspondent, *, actor) -> Correspondent:
    """Add or change a record; a SIRET links it to the common directory of bodies. Records "mail.correspondent".

    Raises ValidationError beside "siret" when its key is wrong or another record of the body bears it.
    """
    correspondent.name = " ".join(correspondent.name.split())
    if correspondent.siret:
        correspondent.siret = siret_number.compact(correspondent.siret)
        if not siret_number.is_valid(correspondent.siret):
            raise ValidationError({"siret": "Ce SIRET n’est pas valable : vérifiez ses quatorze chiffres."})
        correspondent.nature = Correspondent.Nature.COMPANY
        correspondent.body = Organisation.objects.filter(siret=correspondent.siret).first()
    correspondent.full_clean(validate_constraints=False)
    try:
        with transaction.atomic():
            correspondent.save()
    except IntegrityError as error:
        if "correspondent_siret" in str(error):
            raise ValidationError({"siret": "Un correspondant porte déjà ce SIRET."}) from None
        raise
    journal.record("mail.correspondent", correspondent, actor=actor)
    return correspondent


def find_or_add(organisation, typed: str, *, actor, **details) -> Correspondent:
    """The record that was chosen (« Jeanne Martin, Doullens (n° 42) »), or the only one that bears that SIRET, or that
    name in that place; else a new one. To be called in a transaction."""
    typed = " ".join(typed.split())
    own = Correspondent.objects.filter(organisation=organisation)
    if chosen := CHOSEN.search(typed):
        found = own.filter(pk=chosen[1]).select_related("merged_into").first()
        if found is None:
            raise ValidationError({"sender": "Ce correspondant n’est plus dans l’annuaire."})
        return found.shown
    if details.get("siret"):
        details["siret"] = siret_number.compact(details["siret"])
        if known := own.current().filter(siret=details["siret"]).first():
            return known
    same = own.current().named(typed)
    if details.get("city"):
        same = same.filter(city__iexact=details["city"])
    alike = list(same[:2])
    if len(alike) == 1 and not details.get("siret"):
        return alike[0]
    return save_correspondent(Correspondent(organisation=organisation, name=typed, **details), actor=actor)


def _lock(*correspondents: Correspondent) -> list[Correspondent]:
    """Both rows, always in the same order: two merges that cross do not wait for each other for ever."""
    rows = Correspondent.objects.select_for_update().filter(pk__in=[one.pk for one in correspondents]).order_by("pk")
    found = {row.pk: row for row in rows}
    return [found[one.pk] for one in correspondents]


@transaction.atomic
def merge_correspondents(kept: Correspondent, absorbed: Correspondent, *, actor) -> Merge:
    """Two records are the same: `absorbed` points at `kept`, its letters stay its own. Records "mail.merge".

    Raises ValidationError for records of two bodies, or one that was merged meanwhile.
    """
    if kept.pk == absorbed.pk:
        raise ValidationError("Choisissez deux fiches différentes.")
    kept, absorbed = _lock(kept, absorbed)
    if kept.organisation_id != absorbed.organisation_id:
        raise ValidationError("Ces deux fiches sont de deux organismes.")
    if kept.merged_into_id or absorbed.merged_into_id:
        raise ValidationError("L’une des deux fiches a déjà été fusionnée.")
    moved = list(absorbed.duplicates.values_list("pk", flat=True))
    Correspondent.objects.filter(pk__in=[*moved, absorbed.pk]).update(merged_into=kept)
    merge = Merge.objects.create(kept=kept, absorbed=absorbed, moved=moved, merged_by=actor)
    journal.record("mail.merge", kept, actor=actor, data={"absorbed": absorbed.pk})
    journal.record("mail.merge", absorbed, actor=actor, data={"kept": kept.pk})
    return merge


@transaction.atomic
def undo_merge(merge: Merge, *, actor) -> Merge:
    """They were not the same: each gets its letters back. Records "mail.unmerge".

    Raises ValidationError when it is undone already, or when the kept one was itself merged since, or when both bear
    the same SIRET.
    """
    kept, absorbed = _lock(merge.kept, merge.absorbed)
    merge = Merge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
    if merge.undone_at is not None:
        raise ValidationError("Cette fusion est déjà défaite.")
    if absorbed.merged_into_id != kept.pk:
        raise ValidationError("Défaites d’abord la fusion plus récente.")
    try:
        with transaction.atomic():
            Correspondent.objects.filter(pk=absorbed.pk).update(merged_into=None)
            Correspondent.objects.filter(pk__in=merge.moved, merged_into=kept).update(merged_into=absorbed)
    except IntegrityError as error:
        if "correspondent_siret" in str(error):
            raise ValidationError("Les deux fiches porteraient le même SIRET : corrigez-en une d’abord.") from None
        raise
    merge.undone_at, merge.undone_by = timezone.now(), actor
    merge.save(update_fields=["undone_at", "undone_by"])
    for one in (kept, absorbed):
        journal.record("mail.unmerge", one, actor=actor)
    return merge
