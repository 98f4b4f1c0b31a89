"""Every write of the assets."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal, offline
from beffroi.shared.assets.fields import FieldFault
from beffroi.shared.assets.models import Asset, AssetKind, Downtime
from beffroi.shared.organisations.places import commune_at

MAX_DEPTH = 12


def clean_values(kind: AssetKind, values: dict) -> dict:
    """The typed values of a kind, checked; unknown names are refused. Raises ValidationError with a text by field."""
    errors: dict[str, str] = {}
    clean: dict[str, object] = {}
    specs = {spec.name: spec for spec in kind.specs}
    for name in values.keys() - specs.keys():
        errors[name] = f"« {name} » n’est pas un champ de « {kind.label} »."
    for name, spec in specs.items():
        try:
            value = spec.clean(values.get(name))
        except FieldFault as fault:
            errors[name] = str(fault)
            continue
        if value is not None:
            clean[name] = value
    if errors:
        raise ValidationError(errors)
    return clean


@transaction.atomic
def save_asset(asset: Asset, *, actor, client_uuid=None) -> tuple[Asset, bool]:
    """Add an asset, or change one; returns (asset, created). Records "assets.create" or "assets.update".

    Checks the typed fields, the tree (no loop, one owner) and finds the commune from the place.
    """

    def write():
        created = asset.pk is None
        asset.values = clean_values(asset.kind, asset.values)
        _check_parent(asset)
        if asset.location is not None:
            asset.commune = commune_at(*asset.location) or asset.commune
        elif asset.parent_id and asset.commune_id is None:
            asset.commune_id = asset.parent.commune_id
        if client_uuid is not None:
            asset.client_uuid = client_uuid
        asset.full_clean()
        asset.save()
        verb = "assets.create" if created else "assets.update"
        journal.record(verb, asset, actor=actor, data={"status": asset.status})
        return asset

    if asset.pk is None:
        return offline.once(Asset, client_uuid, write)
    return write(), False


def _check_parent(asset: Asset) -> None:
    """Walk up the tree: no loop, a bounded depth, one owner."""
    seen, ancestor = {asset.pk}, asset.parent
    for _depth in range(MAX_DEPTH):
        if ancestor is None:
            return
        if ancestor.pk in seen:
            raise ValidationError({"parent": "Cet équipement ne peut pas faire partie de lui-même."})
        if ancestor.organisation_id != asset.organisation_id:
            raise ValidationError({"parent": "L’ensemble choisi appartient à une autre organisation."})
        seen.add(ancestor.pk)
        ancestor = ancestor.parent
    raise ValidationError({"parent": f"{MAX_DEPTH} niveaux au plus."})


@transaction.atomic
def set_status(asset: Asset, status: str, *, actor, reason: str = "", at=None) -> Asset:
    """Put in service, out of order, or remove; opens and ends the downtime. Records "assets.status".

    `at` = when it really happened (now by default). Does nothing when the status is already that one.
    """
    asset = Asset.objects.select_for_update().get(pk=asset.pk)
    if asset.status == status:
        return asset
    when = at or timezone.now()
    if asset.status == Asset.Status.DOWN:
        opened = asset.downtimes.filter(end__isnull=True).first()
        if opened is not None:
            opened.end = max(when, opened.start)
            opened.save(update_fields=["end"])
    if status == Asset.Status.DOWN:
        Downtime.objects.create(asset=asset, start=when, reason=reason.strip())
    previous, asset.status = asset.status, status
    asset.save(update_fields=["status", "updated_at"])
    journal.record("assets.status", asset, actor=actor, data={"from": previous, "to": status})
    return asset


@transaction.atomic
def save_kind(kind: AssetKind, *, actor) -> AssetKind:
    """Add or change a kind of asset; the names of its fields must be unique. Records "assets.kind"."""
    kind.full_clean()
    names = [spec.name for spec in kind.specs]
    if len(names) != len(set(names)):
        raise ValidationError({"fields": "Deux champs portent le même nom."})
    kind.save()
    journal.record("assets.kind", kind, actor=actor)
    return kind
