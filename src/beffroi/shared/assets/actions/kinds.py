"""Every write about the kinds of assets."""

import tomllib
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count

from beffroi.kernel import journal
from beffroi.kernel.ui.formats import counted, typo
from beffroi.shared.assets.fields import FieldFault, FieldSpec
from beffroi.shared.assets.models import Asset, AssetKind

USUAL = Path(__file__).parents[1] / "data" / "kinds.toml"


@transaction.atomic
def save_kind(kind: AssetKind, *, actor) -> AssetKind:
    """Add or change a kind of asset; the names of its fields must be unique. Records "assets.kind".

    Raises ValidationError when a value that is already kept would not be accepted any more by its field.
    """
    kind.full_clean()
    names = [spec.name for spec in kind.specs]
    if len(names) != len(set(names)):
        raise ValidationError({"fields": "Deux champs portent le même nom."})
    if kind.pk:
        former = {spec.name: spec for spec in AssetKind.objects.select_for_update().get(pk=kind.pk).specs}
        for spec in kind.specs:
            if spec.name in former and former[spec.name] != spec:
                _check_kept(kind, spec)
    kind.save()
    journal.record("assets.kind", kind, actor=actor)
    return kind


def _check_kept(kind: AssetKind, spec: FieldSpec) -> None:
    """Every value kept in a field must still be accepted by it; the wrong ones are counted and one is shown."""
    kept = Asset.objects.filter(kind=kind, values__has_key=spec.name)
    wrong, example = 0, None
    for value, count in kept.order_by().values_list(f"values__{spec.name}").annotate(count=Count("pk")):
        try:
            spec.clean(value)
        except FieldFault:
            wrong, example = wrong + count, value
    if wrong:
        raise ValidationError(
            f"« {spec.label} » : {counted(wrong, 'équipement')} en service ou retirés gardent une valeur qui ne "
            f"convient plus, par exemple « {example} ». Corrigez-les d’abord."
        )


@transaction.atomic
def install_usual_kinds(*, actor) -> int:
    """Add the usual kinds that are missing; returns how many were added."""
    known = set(AssetKind.objects.values_list("code", flat=True))
    added = 0
    for rank, family in enumerate(tomllib.loads(USUAL.read_text(encoding="utf-8"))["families"], start=1):
        for number, line in enumerate(family["kinds"], start=1):
            if line["code"] in known:
                continue
            texts = {name: typo(value) if isinstance(value, str) else value for name, value in line.items()}
            fields = texts | {"code": line["code"], "group": typo(family["label"]), "order": rank * 100 + number}
            if "open_theme" in line:
                fields["open_theme"] = line["open_theme"]
            save_kind(AssetKind(**fields), actor=actor)
            added += 1
    return added
