"""Grants read from a table in the columns of SCDL subventions 2.1.1."""

from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from stdnum.fr import siret as siret_number

from beffroi.modules.transparency.importing import tables
from beffroi.modules.transparency.importing.tables import BadCell, Fault
from beffroi.modules.transparency.models import Grant
from beffroi.shared.organisations.models import Organisation

REQUIRED = (
    "dateConvention",
    "nomBeneficiaire",
    "objet",
    "montant",
    "nature",
    "conditionsVersement",
    "datesPeriodeVersement",
)
COLUMNS = {
    "convention_on": "dateConvention",
    "reference": "referenceDecision",
    "beneficiary": "nomBeneficiaire",
    "beneficiary_siret": "idBeneficiaire",
    "beneficiary_rna": "rnaBeneficiaire",
    "object": "objet",
    "amount": "montant",
    "nature": "nature",
    "terms": "conditionsVersement",
    "paid_from": "datesPeriodeVersement",
    "paid_until": "datesPeriodeVersement",
    "rae": "idRAE",
    "notified": "notificationUE",
    "share": "pourcentageSubvention",
    "scheme": "dispositifAide",
    "__all__": "idBeneficiaire",
}
NATURES = {value: value for value in Grant.Nature.values} | {"aide en nature;aide en numéraire": Grant.Nature.BOTH}
TEXTS = ("reference", "beneficiary", "beneficiary_siret", "beneficiary_rna", "object", "terms", "rae", "scheme")


@dataclass
class Reading:
    """The grants of a file: `known` = how many lines are already here, just the same."""

    grants: list[Grant] = field(default_factory=list)
    known: int = 0
    faults: list[Fault] = field(default_factory=list)


def key(grant: Grant) -> tuple:
    """What makes it the same grant as another of the body."""
    ids = (grant.beneficiary_siret, grant.beneficiary_rna)
    return (grant.convention_on, *ids, grant.reference, grant.object)


def read(data: bytes, organisation: Organisation) -> Reading:
    """The grants of a body. Raises Unreadable when it is not a table."""
    table, reading = tables.read(data), Reading()
    reading.faults += tables.missing(table, REQUIRED)
    if reading.faults:
        return reading
    here = {key(grant): grant for grant in Grant.objects.filter(organisation=organisation)}
    seen: dict[tuple, int] = {}
    for number, row in table.rows:
        grant, faults = judged(number, row, organisation)
        if not faults:
            faults += _doubles(number, grant, here, seen)
        if faults:
            reading.faults += faults
        elif key(grant) in here:
            reading.known += 1
        else:
            reading.grants.append(grant)
    return reading


def _doubles(number: int, grant: Grant, here: dict, seen: dict) -> list[Fault]:
    if key(grant) in seen:
        return [Fault(number, "objet", f"Cette subvention est déjà à la ligne {seen[key(grant)]}.")]
    seen[key(grant)] = number
    known = here.get(key(grant))
    if known is not None and (known.amount, known.share) != (grant.amount, grant.share):
        return [Fault(number, "montant", f"Cette subvention est déjà enregistrée pour {known.amount} €.")]
    return []


def judged(number: int, row: dict[str, str], organisation: Organisation) -> tuple[Grant, list[Fault]]:
    """One line as it would be kept, and what is wrong with it."""
    faults: list[Fault] = []

    def refuse(column: str, reason: str) -> None:
        faults.append(Fault(number, column, reason))

    values = {name: (row.get(COLUMNS[name]) or "") for name in TEXTS}
    values["beneficiary_siret"] = values["beneficiary_siret"].replace(" ", "")
    grant = Grant(organisation=organisation, **values)
    given = row.get("idAttribuant") or ""
    if given and given.replace(" ", "")[:9] != (organisation.siret[:9] or organisation.siren):
        refuse("idAttribuant", f"Cette subvention est attribuée par un autre organisme ({given[:20]}).")
    for name, read_cell in (("convention_on", tables.day), ("amount", tables.amount), ("share", _share)):
        try:
            setattr(grant, name, read_cell(row.get(COLUMNS[name]) or ""))
        except BadCell as fault:
            refuse(COLUMNS[name], str(fault))
    try:
        grant.paid_from, grant.paid_until = tables.period(row.get("datesPeriodeVersement") or "")
    except BadCell as fault:
        refuse("datesPeriodeVersement", str(fault))
    nature, notified = (row.get(name) or "" for name in ("nature", "notificationUE"))
    grant.nature = NATURES.get(nature.lower(), nature[:32])
    if notified.lower() not in ("", "oui", "non"):
        refuse("notificationUE", "« oui » ou « non ».")
    grant.notified = notified.lower() == "oui"
    if faults:
        return grant, faults
    try:
        clean(grant, validate_unique=False)
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            for message in messages:
                refuse(COLUMNS.get(name, name), message)
    return grant, faults


def _share(text: str) -> Decimal:
    """« 0.45 », « 0,45 »; 1 for an empty cell. Raises BadCell."""
    try:
        share = Decimal(text.strip().replace(",", ".") or "1")
        if not share.is_finite() or share != share.quantize(Decimal("0.0001")):
            raise InvalidOperation
    except InvalidOperation as fault:
        raise BadCell(f"« {text[:20]} » n’est pas une part, comme 0,45.") from fault
    return share


def clean(grant: Grant, *, validate_unique: bool = True) -> None:
    """All that the form, the import and the schema ask. Raises ValidationError by field."""
    faults: dict[str, str] = {}
    siret = grant.beneficiary_siret
    if siret and not siret_number.is_valid(siret):
        faults["beneficiary_siret"] = "Ce SIRET n’est pas juste : vérifiez ses quatorze chiffres."
    if faults:
        raise ValidationError(faults)
    grant.full_clean(exclude=["organisation"], validate_unique=validate_unique, validate_constraints=validate_unique)
    if not grant.beneficiary_siret and not grant.beneficiary_rna:
        raise ValidationError({"beneficiary_siret": "Donnez le SIRET du bénéficiaire ou, à défaut, son numéro RNA."})
    if grant.paid_until and grant.paid_until < grant.paid_from:
        raise ValidationError({"paid_until": "La fin de la période de versement précède son début."})
