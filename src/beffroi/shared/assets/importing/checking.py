"""Each line of a file judged: what it would write, or what is wrong with it, field by field."""

import datetime
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models.functions import Upper

from beffroi.shared.assets import positions
from beffroi.shared.assets.fields import FieldFault, FieldSpec
from beffroi.shared.assets.importing.mapping import TYPED, folded, targets_of
from beffroi.shared.assets.importing.reading import to_degrees
from beffroi.shared.assets.models import Asset, AssetImport
from beffroi.shared.organisations.models import Area, Commune, Organisation
from beffroi.shared.organisations.places import communes_at

LENGTHS = {
    "external_ref": 80,
    "code": 40,
    "maker_label": 64,
    "name": 160,
    "address": 250,
    "brand": 80,
    "model": 80,
    "serial": 80,
    "notes": 4000,
}
DATES = ("in_service_on", "warranty_until", "replace_on")
MONEY = FieldSpec(name="purchase_cost", label="Coût d’achat", type="decimal", minimum=0, maximum=9_999_999_999)
NUMBER = FieldSpec(name="number", label="Coordonnée", type="decimal")


@dataclass
class Draft:
    """One line: `fields` and `values` to write, `parent` = the number or reference of its whole, `faults` by field."""

    line: int
    key: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    parent: str = ""
    place: tuple[float, float] | None = None
    faults: list[tuple[str, str]] = field(default_factory=list)
    existing: Asset | None = None

    def refuse(self, label: str, reason: str) -> None:
        self.faults.append((label, reason))


class Checker:
    """Judges the lines of one import; it remembers what it has seen, so that a double is told with its first line."""

    def __init__(self, run: AssetImport):
        self.run = run
        self.labels = {target.code: target.label for target in targets_of(run.kind)}
        places = {name: rank for rank, name in enumerate(run.columns)}
        self.columns = {code: places[name] for code, name in run.mapping.items() if name in places}
        self.specs = {spec.name: spec for spec in run.kind.specs}
        self.by_ref = "external_ref" in self.columns
        self.seen: dict[str, int] = {}
        self.codes: dict[str, int] = {}
        self.makers: dict[str, int] = {}
        self.wholes: set[str] = set()
        self.communes = self._communes()
        self.outlined = Area.objects.exists()
        bodies = Organisation.objects.filter(is_active=True).values_list("name", "pk")
        self.suppliers = {folded(name): pk for name, pk in bodies} if "supplier" in self.columns else {}
        self.statuses = {folded(word): code for code, label in Asset.Status.choices for word in (code, label)}
        self.degrees = {folded(str(word)): code for code, label in Asset.Criticality.choices for word in (code, label)}

    @staticmethod
    def _communes() -> dict[str, int]:
        found: dict[str, int] = {}
        for pk, name, code in Commune.objects.values_list("pk", "name", "code_insee"):
            found |= {folded(name): pk, code.lower(): pk}
        return found

    def judge(self, rows: Iterable) -> list[Draft]:
        """The lines of a batch, in order, their communes and what already exists found together."""
        drafts = [self._read(line, values, shape) for line, values, shape in rows]
        self._find_communes(drafts)
        self._find_existing(drafts)
        self._find_labels(drafts)
        self._find_wholes(drafts)
        for draft in drafts:
            self._complete(draft)
        return drafts

    def remember(self, rows: Iterable) -> None:
        """Know the lines that were treated before a stop, without judging them again."""
        for line, values, _shape in rows:
            draft = Draft(line)
            for name in ("external_ref", "code", "maker_label"):
                rank = self.columns.get(name)
                if rank is not None and rank < len(values) and values[rank]:
                    draft.fields[name] = values[rank][: LENGTHS[name]]
            self._identify(draft)
            self.wholes |= {draft.key, draft.fields.get("code") or draft.key[:40]} - {""}

    def _read(self, line: int, values: list, shape: dict | None) -> Draft:
        draft = Draft(line)
        given = {code: values[rank] for code, rank in self.columns.items() if rank < len(values) and values[rank]}
        for name, most in LENGTHS.items():
            if name in given:
                if len(given[name]) > most:
                    draft.refuse(self.labels[name], f"{most} caractères au plus.")
                draft.fields[name] = given[name][:most]
        for name in DATES:
            self._date(draft, name, given.get(name))
        self._words(draft, given)
        for name, spec in self.specs.items():
            if f"{TYPED}{name}" in given:
                try:
                    draft.values[name] = spec.clean(given[f"{TYPED}{name}"])
                except FieldFault as fault:
                    draft.refuse(spec.label, str(fault))
        draft.parent = given.get("parent", "")
        self._place(draft, given, shape)
        self._identify(draft)
        return draft

    def _date(self, draft: Draft, name: str, text: str | None) -> None:
        if not text:
            return
        spec = FieldSpec(name=name, label=self.labels[name], type="date")
        try:
            cleaned = spec.clean(
                text.partition("T")[0].partition(" ")[0].replace("/", "-") if text[:4].isdecimal() else text
            )
            draft.fields[name] = datetime.date.fromisoformat(cleaned)
        except FieldFault as fault:
            draft.refuse(spec.label, str(fault))

    def _words(self, draft: Draft, given: dict) -> None:
        """The values that are one of a list, or an amount."""
        for name, known in (("status", self.statuses), ("criticality", self.degrees)):
            if name in given:
                found = known.get(folded(given[name]))
                if found is None:
                    draft.refuse(self.labels[name], f"« {given[name]} » n’est pas reconnu.")
                else:
                    draft.fields[name] = found
        if "supplier" in given:
            supplier = self.suppliers.get(folded(given["supplier"]))
            if supplier is None:
                draft.refuse(self.labels["supplier"], f"« {given['supplier']} » n’est pas dans l’annuaire.")
            draft.fields["supplier_id"] = supplier
        if "purchase_cost" in given:
            try:
                amount = MONEY.clean(given["purchase_cost"].replace("€", "").replace("\u00a0", ""))
                draft.fields["purchase_cost"] = (
                    None if amount is None else Decimal(str(amount)).quantize(Decimal("0.01"))
                )
            except FieldFault as fault:
                draft.refuse(self.labels["purchase_cost"], str(fault))
        if "commune" in given:
            commune = self.communes.get(folded(given["commune"])) or self.communes.get(given["commune"].lower())
            if commune is None:
                draft.refuse(self.labels["commune"], f"« {given['commune']} » n’est pas une commune connue.")
            draft.fields["commune_id"] = commune

    def _place(self, draft: Draft, given: dict, shape: dict | None) -> None:
        try:
            if shape is None and given.get("geometry"):
                shape = drawn(given["geometry"])
            if shape is not None:
                shape = positions.checked(shape)
                draft.place = positions.centre(shape)
                draft.fields["geometry"] = None if shape["type"] == "Point" else shape
                return
        except positions.BadShape as fault:
            draft.refuse("Tracé", str(fault))
            return
        if not given.get("longitude") and not given.get("latitude"):
            return
        try:
            x, y = (NUMBER.clean(given.get(name)) for name in ("longitude", "latitude"))
        except FieldFault as fault:
            draft.refuse("Position", str(fault).replace("« Coordonnée »", "La position"))
            return
        if x is None or y is None:
            draft.refuse("Position", "Il manque la longitude ou la latitude.")
            return
        longitude, latitude = to_degrees(x, y, self.run.crs)
        if not (abs(longitude) <= 180 and abs(latitude) <= 90):
            draft.refuse("Position", f"{x:g}, {y:g} n’est pas une position en France.")
            return
        draft.place = (round(longitude, 7), round(latitude, 7))
        draft.fields["geometry"] = None

    def _identify(self, draft: Draft) -> None:
        """What a line is known by, once in the file."""
        key = draft.fields.get("external_ref" if self.by_ref else "code", "")
        name = self.labels["external_ref" if self.by_ref else "code"]
        if not key:
            draft.refuse(name, "Cette case est vide : la ligne ne pourrait pas être retrouvée.")
            return
        draft.key = key
        if key in self.seen:
            draft.refuse(name, f"« {key} » est déjà à la ligne {self.seen[key]}.")
        else:
            self.seen[key] = draft.line
        code = draft.fields.get("code") or key[:40]
        if self.by_ref and self.codes.setdefault(code.casefold(), draft.line) != draft.line:
            draft.refuse(self.labels["code"], f"« {code} » est déjà à la ligne {self.codes[code.casefold()]}.")

        label = draft.fields.get("maker_label")
        if label and self.makers.setdefault(label.upper(), draft.line) != draft.line:
            draft.refuse(self.labels["maker_label"], f"« {label} » est déjà à la ligne {self.makers[label.upper()]}.")

    def _find_communes(self, drafts: list[Draft]) -> None:
        placed = [draft for draft in drafts if draft.place]
        for draft, commune in zip(placed, communes_at([one.place for one in placed]), strict=True):
            draft.fields["location"] = draft.place
            if commune is not None:
                draft.fields["commune_id"] = commune
            elif self.outlined and not draft.fields.get("commune_id"):
                draft.refuse("Position", "Le point est hors du territoire. Donnez la commune s’il est bien là.")

    def _find_existing(self, drafts: list[Draft]) -> None:
        mine = Asset.objects.filter(organisation=self.run.organisation_id).select_related("kind")
        keys = [draft.key for draft in drafts if draft.key]
        name = "external_ref" if self.by_ref else "code"
        found = {getattr(asset, name): asset for asset in mine.filter(**{f"{name}__in": keys})}
        codes = [draft.fields.get("code") or draft.key[:40] for draft in drafts if draft.key]
        owners = dict(mine.filter(code__in=codes).values_list("code", "pk"))
        for draft in drafts:
            draft.existing = found.get(draft.key)
            code = draft.fields.get("code") or ("" if draft.existing else draft.key[:40])
            holder = owners.get(code)
            if holder is not None and (draft.existing is None or draft.existing.pk != holder):
                draft.refuse(self.labels["code"], f"« {code} » est déjà le numéro d’un autre équipement.")

    def _find_labels(self, drafts: list[Draft]) -> None:
        """The label of another maker names one thing of the organisation."""
        wanted = {label.upper() for draft in drafts if (label := draft.fields.get("maker_label"))}
        mine = Asset.objects.filter(organisation=self.run.organisation_id).exclude(maker_label="")
        if not wanted:
            return
        owners = dict(mine.annotate(label=Upper("maker_label")).filter(label__in=wanted).values_list("label", "pk"))
        for draft in drafts:
            label = draft.fields.get("maker_label", "")
            holder = owners.get(label.upper()) if label else None
            if holder is not None and (draft.existing is None or draft.existing.pk != holder):
                reason = f"« {label} » est déjà l’étiquette d’un autre équipement."
                draft.refuse(self.labels["maker_label"], reason)

    def _find_wholes(self, drafts: list[Draft]) -> None:
        """The wholes named by these lines, among what exists and what stands above in the file."""
        wanted = {draft.parent for draft in drafts if draft.parent}
        mine = Asset.objects.filter(organisation=self.run.organisation_id)
        self.parents: dict[str, Asset] = {}
        for name in ("external_ref", "code"):
            for asset in mine.filter(**{f"{name}__in": wanted}):
                self.parents[getattr(asset, name)] = asset

    def _complete(self, draft: Draft) -> None:
        """What can only be told once the rest is known: the whole, the missing fields, the kind."""
        if draft.existing is not None and draft.existing.kind_id != self.run.kind_id:
            draft.refuse("Type", f"Cette référence est déjà celle d’un équipement « {draft.existing.kind.label} ».")
        if draft.parent and draft.parent not in self.parents and draft.parent not in self.wholes:
            draft.refuse(self.labels["parent"], f"« {draft.parent} » n’existe pas, ou vient plus loin dans le fichier.")
        if draft.parent and draft.parent in (draft.key, draft.fields.get("code")):
            draft.refuse(self.labels["parent"], "Un équipement ne fait pas partie de lui-même.")
        kept = draft.existing.values if draft.existing is not None else {}
        for name, spec in self.specs.items():
            told = {label for label, _reason in draft.faults}
            if spec.required and spec.label not in told and (kept | draft.values).get(name) is None:
                draft.refuse(spec.label, "Ce champ est obligatoire.")
        if draft.existing is None and not draft.fields.get("name"):
            draft.fields["name"] = f"{self.run.kind.label} {draft.key}"[:160]
        if not draft.faults:
            self.wholes |= {draft.key, draft.fields.get("code") or draft.key[:40]}


def drawn(text: str) -> dict:
    """A shape written in GeoJSON or in WKT. Raises BadShape."""
    if text.lstrip().startswith("{"):
        return positions.parse(text) or {}
    import shapely
    from shapely.geometry import mapping

    try:
        return json.loads(json.dumps(mapping(shapely.from_wkt(text.rpartition(";")[2]))))
    except shapely.errors.GEOSException as error:
        raise positions.BadShape("Ce tracé ne se lit ni en GeoJSON ni en WKT.") from error
