"""Every write about one asset."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from beffroi.kernel import journal, offline, search
from beffroi.kernel.ui.formats import counted
from beffroi.shared.assets.fields import FieldFault
from beffroi.shared.assets.models import Asset, AssetKind, Downtime
from beffroi.shared.files.actions import attach
from beffroi.shared.organisations.models import Organisation
from beffroi.shared.organisations.places import commune_at

MAX_DEPTH = 12
# The national identifier ends with three digits.
MAX_OPEN_NUMBER = 999
CHANGED = (
    "Quelqu’un d’autre vient de modifier cet équipement. Relisez ce qui a changé, puis validez de nouveau. "
    "Ce que vous avez saisi est gardé."
)


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
def save_asset(asset: Asset, *, actor, client_uuid=None, version: int | None = None) -> tuple[Asset, bool]:
    """Add an asset, or change one; returns (asset, created). Records "assets.create" or "assets.update".

    Checks the typed fields, the tree (no loop, one owner) and finds the commune from the place; without a number, gives
    one. Raises ValidationError, with the code "changed" when the asset is no longer at `version`.
    """

    def write():
        created = asset.pk is None
        _lock(asset, version)
        asset.values = clean_values(asset.kind, asset.values)
        _check_parent(asset)
        _settle(asset)
        if not asset.code:
            asset.code = free_code(asset.kind, asset.organisation)
        elif asset.maker_label:
            # Two people may give the same label at once: the second one waits, then reads the first one's.
            Organisation.objects.select_for_update(no_key=True).filter(pk=asset.organisation_id).first()
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


def _lock(asset: Asset, version: int | None) -> None:
    """Hold the row of an existing asset, at the version that was seen, and make its version grow.

    The owner is locked first where the tree may change: two moves at once cannot make a loop together.
    """
    if asset.pk is None:
        return
    before = Asset.objects.filter(pk=asset.pk).values("parent_id", "organisation_id").get()
    if asset.parent_id and asset.parent_id != before["parent_id"]:
        Organisation.objects.select_for_update(no_key=True).filter(pk=before["organisation_id"]).first()
        asset.parent = Asset.objects.get(pk=asset.parent_id)
    kept = Asset.objects.select_for_update(of=("self",)).get(pk=asset.pk)
    if version is not None and version != kept.version:
        raise ValidationError(CHANGED, code="changed")
    asset.version = kept.version + 1
    asset.status = kept.status


def _settle(asset: Asset) -> None:
    """Find the commune of the place, and the number under which it is published."""
    before = asset.commune_id
    if asset.location is not None:
        asset.commune = commune_at(*asset.location) or asset.commune
    elif asset.parent_id and asset.commune_id is None:
        asset.commune_id = asset.parent.commune_id
    if asset.pk and before != asset.commune_id:
        asset.open_number = None
    number_for_open_data(asset)


def number_for_open_data(asset: Asset) -> None:
    """Give its number among the assets of its kind in its commune, once; past 999 it is not published there."""
    if asset.open_number is not None or asset.commune_id is None or not asset.kind.open_code:
        return
    AssetKind.objects.select_for_update(no_key=True).get(pk=asset.kind_id)
    others = Asset.objects.filter(kind=asset.kind_id, commune=asset.commune_id)
    last = others.aggregate(last=Max("open_number"))["last"] or 0
    asset.open_number = last + 1 if last < MAX_OPEN_NUMBER else None


def free_code(kind: AssetKind, organisation) -> str:
    """The next free inventory number of a body for a kind: « BANC-0012 »; the body is locked until the end."""
    Organisation.objects.select_for_update(no_key=True).filter(pk=organisation.pk).first()
    prefix = f"{kind.code.replace('-', '')[:8].upper()}-"
    taken = Asset.objects.filter(organisation=organisation, code__startswith=prefix).values_list("code", flat=True)
    last = max((int(code[len(prefix) :]) for code in taken if code[len(prefix) :].isdecimal()), default=0)
    return f"{prefix}{last + 1:04d}"


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


def would_loop(asset: Asset, parent: Asset) -> bool:
    """Would `asset` be part of itself, or too deep, if it were part of `parent`?"""
    try:
        _check_parent(Asset(pk=asset.pk, organisation_id=asset.organisation_id, parent=parent))
    except ValidationError:
        return True
    return False


@transaction.atomic
def move_asset(
    asset: Asset, *, actor, parent=None, location=None, geometry=None, address: str = "", version: int | None = None
) -> Asset:
    """Put an asset elsewhere, in another whole or at another place; without `location`, it takes its parent's.

    Records "assets.move". Raises ValidationError as `save_asset` does.
    """
    former = asset.parent_id
    asset.parent, asset.location, asset.geometry, asset.address = parent, location, geometry, address.strip()
    _lock(asset, version)
    _check_parent(asset)
    _settle(asset)
    asset.full_clean()
    asset.save()
    journal.record("assets.move", asset, actor=actor, data={"from": former, "to": asset.parent_id})
    return asset


@transaction.atomic
def set_status(asset: Asset, status: str, *, actor, reason: str = "", at=None) -> Asset:
    """Put in service, out of order, or remove; opens and ends the downtime. Records "assets.status".

    `at` = when it really happened (now by default). Does nothing when the status is already that one.
    """
    asset = Asset.objects.select_for_update(of=("self",)).select_related("kind").get(pk=asset.pk)
    if asset.status == status:
        return asset
    when = at or timezone.now()
    if asset.status == Asset.Status.DOWN:
        opened = asset.downtimes.filter(end__isnull=True).first()
        if opened is not None:
            opened.end = max(when, opened.start)
            opened.save(update_fields=["end"])
    if status == Asset.Status.DOWN:
        Downtime.objects.create(asset=asset, start=when, reason=reason.strip()[:200])
    previous, asset.status = asset.status, status
    removed = status == Asset.Status.REMOVED
    asset.removed_on = timezone.localdate(when) if removed else None
    asset.removed_reason = reason.strip()[:200] if removed else ""
    asset.version += 1
    asset.save(update_fields=["status", "removed_on", "removed_reason", "version", "updated_at"])
    journal.record("assets.status", asset, actor=actor, data={"from": previous, "to": status})
    return asset


@transaction.atomic
def remove_asset(asset: Asset, *, actor, reason: str, at=None, whole: bool = False) -> int:
    """Retire an asset, and with `whole` everything that is part of it; returns how many were retired.

    Raises ValidationError when parts of it are still in use and `whole` is not asked. Records "assets.status" on it.
    """
    Asset.objects.select_for_update().get(pk=asset.pk)
    parts = Asset.objects.in_use().below(asset).exclude(pk=asset.pk)
    count = parts.count()
    if count and not whole:
        raise ValidationError(
            {"whole": f"{counted(count, 'équipement')} en font partie. Retirez-les aussi, ou déplacez-les d’abord."}
        )
    when = at or timezone.now()
    ids = list(parts.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
    Downtime.objects.filter(asset__in=ids, end__isnull=True, start__lte=when).update(end=when)
    Downtime.objects.filter(asset__in=ids, end__isnull=True).update(end=F("start"))
    Asset.objects.filter(pk__in=ids).update(
        status=Asset.Status.REMOVED,
        removed_on=timezone.localdate(when),
        removed_reason=reason.strip()[:200],
        version=F("version") + 1,
        updated_at=timezone.now(),
    )
    set_status(asset, Asset.Status.REMOVED, actor=actor, reason=reason, at=when)
    search.refresh_all(Asset.objects.filter(pk__in=ids))
    return len(ids) + 1


@transaction.atomic
def add_files(asset: Asset, files, *, actor, public: bool = False) -> list:
    """Attach photos and documents; `public` = shown on the page that its label leads to. Records "assets.files"."""
    kept = attach(files, asset, public=public)
    if kept:
        journal.record("assets.files", asset, actor=actor, data={"count": len(kept)})
    return kept
