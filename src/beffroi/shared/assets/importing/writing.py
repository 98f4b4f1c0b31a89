"""The lines that are right, kept by batches; each batch and its progress are one transaction, so that a job that is
killed goes on where it was and nothing is written twice."""

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from beffroi.kernel import journal, search
from beffroi.shared.assets.actions.assets import MAX_OPEN_NUMBER, set_status, would_loop
from beffroi.shared.assets.importing.checking import Checker, Draft
from beffroi.shared.assets.importing.reading import unpacked
from beffroi.shared.assets.models import Asset, AssetImport, AssetKind, Downtime
from beffroi.shared.organisations.models import Organisation

BATCH = 500
MOST_FAULTS = 1000
PLAIN = (
    "external_ref",
    "code",
    "maker_label",
    "name",
    "address",
    "brand",
    "model",
    "serial",
    "notes",
    "in_service_on",
    "warranty_until",
    "replace_on",
    "purchase_cost",
    "criticality",
    "supplier_id",
    "commune_id",
    "location",
    "geometry",
)
Status = AssetImport.Status


def _locked(pk: int, *wanted: str) -> AssetImport | None:
    """The import, held until the transaction ends, if it is still in one of these situations."""
    run = AssetImport.objects.select_for_update(of=("self",)).select_related("kind", "organisation").get(pk=pk)
    return run if run.status in wanted else None


def check(pk: int) -> None:
    """The trial: judge every line, write none. A second call starts again from the first line."""
    with transaction.atomic():
        run = _locked(pk, Status.CHECKING)
        if run is None:
            return
        rows = unpacked(run.rows)
        AssetImport.objects.filter(pk=pk).update(done=0, created=0, updated=0, faulty=0, faults=[])
    checker = Checker(run)
    created = updated = faulty = 0
    faults: list = []
    for start in range(0, len(rows), BATCH):
        drafts = checker.judge(rows[start : start + BATCH])
        created += sum(not draft.faults and draft.existing is None for draft in drafts)
        updated += sum(not draft.faults and draft.existing is not None for draft in drafts)
        faulty += sum(bool(draft.faults) for draft in drafts)
        faults += _told(drafts, MOST_FAULTS - len(faults))
        done = start + len(drafts)
        last = done == len(rows)
        kept = AssetImport.objects.filter(pk=pk, status=Status.CHECKING).update(
            done=done,
            created=created,
            updated=updated,
            faulty=faulty,
            faults=faults,
            status=Status.CHECKED if last else Status.CHECKING,
            moved_at=timezone.now(),
        )
        if not kept:
            return


def _told(drafts: list[Draft], room: int) -> list[list]:
    found = [[draft.line, label, reason] for draft in drafts for label, reason in draft.faults]
    return found[: max(0, room)]


def write(pk: int) -> None:
    """Keep the lines, from the first that is not; those that are no longer right are told and left aside."""
    run = AssetImport.objects.select_related("kind", "organisation").get(pk=pk)
    if run.status != Status.WRITING or run.rows is None:
        return
    rows = unpacked(run.rows)
    checker = Checker(run)
    # What was treated before a stop is judged again, without a write, so that doubles are still known.
    for start in range(0, run.done, BATCH):
        checker.remember(rows[start : min(start + BATCH, run.done)])
    while _batch(pk, rows, checker):
        pass


def _batch(pk: int, rows: list, checker: Checker) -> bool:
    """Write one batch; False when there is nothing left to do."""
    with transaction.atomic():
        run = _locked(pk, Status.WRITING)
        if run is None or run.done >= len(rows):
            return False
        Organisation.objects.select_for_update(no_key=True).filter(pk=run.organisation_id).first()
        drafts = checker.judge(rows[run.done : run.done + BATCH])
        good = [draft for draft in drafts if not draft.faults]
        new = _create(run, [draft for draft in good if draft.existing is None], checker)
        changed = _update(run, [draft for draft in good if draft.existing is not None], checker)
        search.refresh_all(Asset.objects.filter(pk__in=[asset.pk for asset in (*new, *changed)]).select_related("kind"))
        run.done, run.moved_at = run.done + len(drafts), timezone.now()
        run.created += len(new)
        run.updated += len(changed)
        bad = [draft for draft in drafts if draft.faults]
        run.faulty += len(bad)
        run.faults = run.faults + _told(bad, MOST_FAULTS - len(run.faults))
        if run.done >= len(rows):
            run.status, run.finished_at, run.rows = Status.DONE, timezone.now(), None
            counts = {"created": run.created, "updated": run.updated, "faulty": run.faulty}
            journal.record("assets.import", run, actor=run.actor, data=counts)
        run.save()
        return run.status == Status.WRITING


def _create(run: AssetImport, drafts: list[Draft], checker: Checker) -> list[Asset]:
    """The new assets; those whose whole is in the same batch wait for it."""
    made: dict[str, Asset] = {}
    waiting = drafts
    while waiting:
        ready = [one for one in waiting if not one.parent or one.parent in checker.parents or one.parent in made]
        if not ready:
            for draft in waiting:
                draft.refuse("Fait partie de", f"« {draft.parent} » n’a pas pu être enregistré.")
            break
        assets = [_asset(run, draft, checker.parents.get(draft.parent) or made.get(draft.parent)) for draft in ready]
        _number(run.kind, assets)
        for asset in Asset.objects.bulk_create(assets):
            made[asset.code] = asset
            if asset.external_ref:
                made.setdefault(asset.external_ref, asset)
        waiting = [one for one in waiting if one not in ready]
    found = list({asset.pk: asset for asset in made.values()}.values())
    now = timezone.now()
    Downtime.objects.bulk_create(Downtime(asset=one, start=now) for one in found if one.status == Asset.Status.DOWN)
    return found


def _asset(run: AssetImport, draft: Draft, parent: Asset | None) -> Asset:
    asset = Asset(organisation=run.organisation, kind=run.kind, imported_in=run, parent=parent)
    for name in (*PLAIN, "status"):
        if name in draft.fields:
            setattr(asset, name, draft.fields[name])
    asset.code = asset.code or draft.key[:40]
    asset.values = {name: value for name, value in draft.values.items() if value is not None}
    if asset.commune_id is None and parent is not None:
        asset.commune_id = parent.commune_id
    return asset


def _number(kind: AssetKind, assets: list[Asset]) -> None:
    """The numbers under which they are published, drawn together."""
    placed = [one for one in assets if one.commune_id and one.open_number is None]
    if not kind.open_code or not placed:
        return
    AssetKind.objects.select_for_update(no_key=True).get(pk=kind.pk)
    communes = {one.commune_id for one in placed}
    last = dict(
        Asset.objects.filter(kind=kind, commune__in=communes)
        .order_by()
        .values_list("commune")
        .annotate(last=Max("open_number"))
    )
    for asset in placed:
        number = (last.get(asset.commune_id) or 0) + 1
        if number <= MAX_OPEN_NUMBER:
            asset.open_number = last[asset.commune_id] = number


def _update(run: AssetImport, drafts: list[Draft], checker: Checker) -> list[Asset]:
    """What exists takes the values of its line; an empty cell changes nothing."""
    held = (
        Asset.objects.select_for_update(of=("self",))
        .select_related("kind", "parent")
        .in_bulk([draft.existing.pk for draft in drafts if draft.existing])
    )
    changed: list[Asset] = []
    for draft in drafts:
        asset = held[draft.existing.pk]
        asset.kind = run.kind
        commune = asset.commune_id
        for name in PLAIN:
            if name in draft.fields:
                setattr(asset, name, draft.fields[name])
        asset.values = asset.values | {name: value for name, value in draft.values.items() if value is not None}
        if draft.parent and (whole := checker.parents.get(draft.parent)) is not None:
            if would_loop(asset, whole):
                draft.refuse("Fait partie de", "Cet équipement ferait partie de lui-même.")
                continue
            asset.parent = whole
        if commune != asset.commune_id:
            asset.open_number = None
        asset.imported_in = run
        asset.version += 1
        asset.updated_at = timezone.now()
        changed.append(asset)
    _number(run.kind, changed)
    names = [name.removesuffix("_id") for name in PLAIN]
    Asset.objects.bulk_update(
        changed, [*names, "values", "parent", "open_number", "imported_in", "version", "updated_at"], batch_size=100
    )
    statuses = {draft.existing.pk: draft.fields["status"] for draft in drafts if "status" in draft.fields}
    for asset in changed:
        if statuses.get(asset.pk, asset.status) != asset.status:
            set_status(asset, statuses[asset.pk], actor=run.actor)
    return changed
