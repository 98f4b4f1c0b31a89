"""Profiles of a unit (ArchiveUnitProfile): what a service of archives wants of one sort of unit, as a JSON Schema
(draft 4) over the unit as the archives keep it.

The unit is read again from the manifest, so that what is checked is what is sent: the elements of its `Content` by
their names, lists where the norm lets them be repeated, and its `Management` as « #management » (« _mgt » for a schema
that says so). A schema stands alone: one that would fetch another is refused.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from django.db import DataError
from jsonschema import Draft4Validator, FormatChecker, ValidationError, validators
from jsonschema.exceptions import SchemaError
from lxml import etree
from referencing import Registry
from referencing.exceptions import Unresolvable

from beffroi.modules.archives.seda.profiles import Unusable
from beffroi.shared.documents import expressions

LARGEST = 512 * 1024
MOST = 20
# Elements of Content that the norm lets be repeated, among those that we write.
REPEATED = {
    "FilePlanPosition",
    "SystemId",
    "OriginatingSystemId",
    "ArchivalAgencyArchiveUnitIdentifier",
    "OriginatingAgencyArchiveUnitIdentifier",
    "TransferringAgencyArchiveUnitIdentifier",
    "Tag",
    "Keyword",
    "Language",
}
MANAGEMENT, FORMER = "#management", "_mgt"
TYPES = {
    "string": "un texte",
    "array": "une liste",
    "object": "un bloc",
    "number": "un nombre",
    "integer": "un entier",
    "boolean": "vrai ou faux",
    "null": "vide",
}


@dataclass(frozen=True)
class Given:
    """A schema as it was given: `identifier` = that of the file of import of the archives, if it is one."""

    schema: dict
    identifier: str = ""


def read_schema(content: bytes) -> Given:
    """A schema alone, or the file by which the archives import their profiles (Identifier, ControlSchema). Raises
    Unusable, with the reason."""
    if len(content) > LARGEST:
        raise Unusable("Ce schéma dépasse 512 Ko.")
    try:
        return _read(content)
    except RecursionError as fault:
        raise Unusable("Ce schéma est trop profond : trop de blocs les uns dans les autres.") from fault


def _read(content: bytes) -> Given:
    found, identifier = _json(content), ""
    if isinstance(found, list):
        if len(found) != 1:
            raise Unusable(f"Ce fichier contient {len(found)} profils : donnez-en un seul.")
        found = found[0]
    if isinstance(found, dict) and "ControlSchema" in found:
        identifier, found = str(found.get("Identifier") or ""), found["ControlSchema"]
        if isinstance(found, str):
            found = _json(found.encode())
    if not isinstance(found, dict) or not found:
        raise Unusable("Ce fichier n’est pas un schéma JSON.")
    for reference in _references(found):
        if not reference.startswith("#"):
            raise Unusable("Ce schéma en appelle un autre : demandez-le en un seul fichier.")
        if not _leads(found, reference):
            raise Unusable(f"Ce schéma appelle « {reference[:60]} », qui n’y est pas.")
    for pattern in _patterns(found):
        try:
            re.compile(pattern)
            expressions.search(pattern, "", capitals=True)
        except (re.error, DataError, expressions.TooSlow) as fault:
            raise Unusable(f"La forme « {pattern[:60]} » de ce schéma ne se lit pas.") from fault
    try:
        Draft4Validator.check_schema(found)
    except SchemaError as fault:
        where = " › ".join(str(one) for one in fault.absolute_path)
        raise Unusable(f"Ce schéma n’est pas correct{f' ({where})' if where else ''}.") from fault
    return Given(found, identifier)


def _json(content: bytes) -> Any:
    try:
        return json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError) as fault:
        raise Unusable("Ce fichier n’est pas un JSON lisible : il est peut-être coupé.") from fault


def _references(part: Any) -> Iterator[str]:
    """Every schema that it calls."""
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for value in part.values():
            yield from _references(value)
    elif isinstance(part, list):
        for value in part:
            yield from _references(value)


def _leads(schema: dict, reference: str) -> bool:
    """Is what it calls by its path (« #/definitions/x ») there?"""
    part: Any = schema
    for step in unquote(reference[1:]).split("/")[1:]:
        step = step.replace("~1", "/").replace("~0", "~")
        if isinstance(part, list) and step.isdecimal() and int(step) < len(part):
            part = part[int(step)]
        elif isinstance(part, dict) and step in part:
            part = part[step]
        else:
            return False
    return isinstance(part, dict)


def _patterns(part: Any) -> Iterator[str]:
    """Every form that it asks of a text or of a name."""
    if isinstance(part, dict):
        if isinstance(part.get("pattern"), str):
            yield part["pattern"]
        if isinstance(part.get("patternProperties"), dict):
            yield from part["patternProperties"]
        for value in part.values():
            yield from _patterns(value)
    elif isinstance(part, list):
        for value in part:
            yield from _patterns(value)


def as_json(unit: etree._Element, *, management: str = MANAGEMENT) -> dict:
    """A unit of the manifest as the archives keep it; not the units that it holds."""
    found: dict[str, Any] = {}
    profile, content = unit.find("{*}ArchiveUnitProfile"), unit.find("{*}Content")
    if profile is not None:
        found["ArchiveUnitProfile"] = profile.text or ""
    if content is not None:
        found |= _block(content)
    rules = unit.find("{*}Management")
    if rules is not None:
        found[management] = {etree.QName(rule).localname: _rule(rule) for rule in rules.iterchildren(etree.Element)}
    return found


def _block(parent: etree._Element) -> dict:
    found: dict[str, Any] = {}
    for element in parent.iterchildren(etree.Element):
        name = etree.QName(element).localname
        value: Any = _block(element) if len(element) else (element.text or "")
        if name in REPEATED or name in found:
            known = found.get(name, [])
            found[name] = [*(known if isinstance(known, list) else [known]), value]
        else:
            found[name] = value
    return found


def _rule(element: etree._Element) -> dict:
    """A sort of rules: each `Rule` with what follows it, then what is said of them all."""
    rules: list[dict[str, str]] = []
    said: dict[str, Any] = {}
    for one in element.iterchildren(etree.Element):
        name, text = etree.QName(one).localname, one.text or ""
        if name == "Rule":
            rules.append({"Rule": text})
        elif name in ("StartDate", "HoldEndDate", "HoldReason", "HoldOwner") and rules:
            rules[-1][name] = text
        else:
            said[name] = text
    return ({"Rules": rules} if rules else {}) | said


def faults(schema: dict, unit: etree._Element) -> list[str]:
    """Where a unit leaves its profile, in French, the first ones only; nothing when it follows it."""
    named = FORMER if f'"{FORMER}"' in json.dumps(schema) else MANAGEMENT
    errors = _Validator(schema, registry=Registry(), format_checker=FormatChecker(("date",))).iter_errors(
        as_json(unit, management=named)
    )
    try:
        found = sorted(errors, key=lambda error: ([str(part) for part in error.absolute_path], str(error.validator)))
    except (RecursionError, Unresolvable):
        return ["son schéma tourne en rond, ou appelle ce qui n’y est pas"]
    return [_told(error) for error in found[:MOST]]


def _pattern(validator, pattern, instance, schema) -> Iterator[ValidationError]:
    """The same as that of the library, but stopped when it takes too long."""
    if not validator.is_type(instance, "string"):
        return
    try:
        if expressions.search(pattern, instance, capitals=True):
            return
    except expressions.TooSlow:
        pass
    yield ValidationError(f"{instance!r} does not match {pattern!r}")


_Validator = validators.extend(Draft4Validator, {"pattern": _pattern})


def _told(error: ValidationError) -> str:
    where = " › ".join(str(part + 1) if isinstance(part, int) else part for part in error.absolute_path)
    said = _words(error)
    return f"{where} : {said}" if where else said


def _words(error: ValidationError) -> str:
    """What is wrong, in plain words."""
    wanted, value = error.validator_value, error.instance
    shown = f"« {str(value)[:60]} »"
    if error.validator == "required":
        missing = re.findall(r"'([^']+)' is a required", error.message)
        return f"il manque « {missing[0] if missing else ', '.join(map(str, wanted))} »"
    if error.validator == "additionalProperties":
        return f"{', '.join(f'« {name} »' for name in _extra(error))} : pas permis ici"
    words = {
        "enum": lambda: f"{shown} n’est pas permis ; permis : {', '.join(str(one) for one in wanted)}",
        "pattern": lambda: f"{shown} n’a pas la forme attendue : {wanted}",
        "type": lambda: f"{shown} n’est pas {TYPES.get(wanted, wanted) if isinstance(wanted, str) else wanted}",
        "format": lambda: f"{shown} n’est pas une date",
        "minLength": lambda: f"{len(value)} signes, {wanted} au moins",
        "maxLength": lambda: f"{len(value)} signes, {wanted} au plus",
        "minItems": lambda: f"{len(value)} valeurs, {wanted} au moins",
        "maxItems": lambda: f"{len(value)} valeurs, {wanted} au plus",
        "uniqueItems": lambda: "une valeur est donnée deux fois",
        "anyOf": lambda: "aucune des façons permises ne convient",
        "oneOf": lambda: "une seule des façons permises doit convenir",
        "not": lambda: f"{shown} est exclu",
    }
    found = words.get(str(error.validator))
    return found() if found else "ne convient pas"


def _extra(error: ValidationError) -> list[str]:
    """The names that a block should not have."""
    known, patterns = error.schema.get("properties", {}), error.schema.get("patternProperties", {})
    names = [name for name in error.instance if name not in known]
    return [name for name in names if not any(re.search(pattern, name) for pattern in patterns)]
