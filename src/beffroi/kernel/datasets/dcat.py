"""The catalogue for other portals: DCAT-AP 3.0 (https://semiceu.github.io/DCAT-AP/), as Turtle, JSON-LD or RDF/XML.

The description is a list of triples, written by hand in each syntax: no library is needed to write RDF.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree

from django.conf import settings
from django.urls import reverse

from beffroi.kernel import modules
from beffroi.kernel.datasets import files, snapshots
from beffroi.kernel.datasets.snapshots import Snapshot
from beffroi.kernel.modules import Dataset

PREFIXES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
AUTHORITY = "http://publications.europa.eu/resource/authority"
FREQUENCIES = {
    "continuous": "CONT",
    "daily": "DAILY",
    "weekly": "WEEKLY",
    "monthly": "MONTHLY",
    "quarterly": "QUARTERLY",
    "annual": "ANNUAL",
    "irregular": "IRREG",
}
FILE_TYPES = {"csv": "CSV", "xlsx": "XLSX", "ods": "ODS", "json": "JSON", "geojson": "GEOJSON"}
THEME = f"{AUTHORITY}/data-theme/GOVE"


@dataclass(frozen=True)
class Iri:
    """A thing, by its address."""

    value: str


@dataclass(frozen=True)
class Literal:
    """A text in a language, or a value of a type of XML Schema."""

    value: str
    language: str = ""
    type: str = ""


Triple = tuple[Iri, str, Iri | Literal]


def _fr(text: str) -> Literal:
    return Literal(text, language="fr")


def _moment(moment: datetime) -> Literal:
    return Literal(moment.strftime("%Y-%m-%dT%H:%M:%SZ"), type="dateTime")


def _address(name: str, *args: str) -> str:
    return f"{settings.SITE_URL}{reverse(f'kernel:{name}', args=args)}"


def triples(publisher: str, datasets: Iterable[tuple[Dataset, Snapshot]]) -> Iterator[Triple]:
    """The whole catalogue. `publisher` = the name of the territory."""
    datasets = list(datasets)
    catalogue, agent = Iri(_address("datasets")), Iri(f"{settings.SITE_URL}/#territoire")
    yield agent, "rdf:type", Iri(f"{PREFIXES['foaf']}Agent")
    yield agent, "foaf:name", _fr(publisher)
    yield catalogue, "rdf:type", Iri(f"{PREFIXES['dcat']}Catalog")
    yield catalogue, "dct:title", _fr(f"Données ouvertes – {publisher}")
    yield catalogue, "dct:description", _fr(f"Les jeux de données publiés par {publisher}.")
    yield catalogue, "dct:publisher", agent
    yield catalogue, "dct:language", Iri(f"{AUTHORITY}/language/FRA")
    yield catalogue, "foaf:homepage", catalogue
    if datasets:
        yield catalogue, "dct:modified", _moment(max(snapshot.changed_at for _dataset, snapshot in datasets))
    for dataset, snapshot in datasets:
        yield catalogue, "dcat:dataset", Iri(f"{_address('dataset', dataset.code)}#jeu")
        yield from _dataset(dataset, snapshot, agent)


def _dataset(dataset: Dataset, snapshot: Snapshot, agent: Iri) -> Iterator[Triple]:
    page = _address("dataset", dataset.code)
    subject, contact = Iri(f"{page}#jeu"), Iri(f"{page}#contact")
    yield subject, "rdf:type", Iri(f"{PREFIXES['dcat']}Dataset")
    yield subject, "dct:title", _fr(dataset.title)
    yield subject, "dct:description", _fr(dataset.description)
    yield subject, "dct:identifier", Literal(dataset.code)
    yield subject, "dct:publisher", agent
    yield subject, "dct:modified", _moment(snapshot.changed_at)
    yield subject, "dct:language", Iri(f"{AUTHORITY}/language/FRA")
    yield subject, "dct:accrualPeriodicity", Iri(f"{AUTHORITY}/frequency/{FREQUENCIES[dataset.frequency]}")
    yield subject, "dcat:theme", Iri(THEME)
    yield subject, "dcat:landingPage", Iri(page)
    yield Iri(page), "rdf:type", Iri(f"{PREFIXES['foaf']}Document")
    yield subject, "dcat:contactPoint", contact
    yield contact, "rdf:type", Iri(f"{PREFIXES['vcard']}Organization")
    yield contact, "vcard:fn", _fr("Service des données")
    yield contact, "vcard:hasURL", Iri(f"{settings.SITE_URL}/")
    for keyword in dataset.keywords:
        yield subject, "dcat:keyword", _fr(keyword)
    for one in files.formats_of(dataset):
        yield subject, "dcat:distribution", Iri(f"{page}#{one.kind}")
        yield from _distribution(dataset, snapshot, one, page)


def _distribution(dataset: Dataset, snapshot: Snapshot, one: files.Format, page: str) -> Iterator[Triple]:
    subject, address = Iri(f"{page}#{one.kind}"), Iri(_address("dataset_file", dataset.code, dataset.code, one.kind))
    _name, licence = files.licence(dataset)
    yield subject, "rdf:type", Iri(f"{PREFIXES['dcat']}Distribution")
    yield subject, "dct:title", _fr(f"{dataset.title} – {one.label}")
    yield subject, "dcat:accessURL", address
    yield subject, "dcat:downloadURL", address
    yield subject, "dct:format", Iri(f"{AUTHORITY}/file-type/{FILE_TYPES[one.kind]}")
    media_type = one.media_type.partition(";")[0]
    yield subject, "dcat:mediaType", Iri(f"https://www.iana.org/assignments/media-types/{media_type}")
    yield subject, "dct:modified", _moment(snapshot.changed_at)
    if licence:
        yield subject, "dct:license", Iri(licence)
        yield Iri(licence), "rdf:type", Iri(f"{PREFIXES['dct']}LicenseDocument")


def published() -> list[tuple[Dataset, Snapshot]]:
    """Every dataset with what was last read of it; one that cannot be read now is left out."""
    found = []
    for dataset in modules.collect("datasets"):
        snapshot = snapshots.kept(dataset)
        if snapshot is None:
            try:
                snapshot = snapshots.current(dataset)
            except Exception:  # noqa: BLE001, S112  the nightly job tells which one is at fault
                continue
        found.append((dataset, snapshot))
    return found


def _expand(name: str) -> str:
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


def _by_subject(found: Iterable[Triple]) -> dict[Iri, dict[str, list]]:
    subjects: dict[Iri, dict[str, list]] = {}
    for subject, predicate, value in found:
        values = subjects.setdefault(subject, {}).setdefault(predicate, [])
        if value not in values:
            values.append(value)
    return subjects


def turtle(found: Iterable[Triple]) -> bytes:
    """RDF 1.1 Turtle."""
    lines = [f"@prefix {prefix}: <{address}> ." for prefix, address in PREFIXES.items()]
    for subject, properties in _by_subject(found).items():
        told = [
            f"    {'a' if predicate == 'rdf:type' else predicate} {', '.join(_term(value) for value in values)}"
            for predicate, values in properties.items()
        ]
        lines += ["", f"<{_escaped_iri(subject.value)}>", " ;\n".join(told) + " ."]
    return ("\n".join(lines) + "\n").encode()


def _escaped_iri(value: str) -> str:
    return "".join(f"%{ord(c):02X}" if c in '<>"{}|^`\\ ' else c for c in value)


def _term(value: Iri | Literal) -> str:
    if isinstance(value, Iri):
        return f"<{_escaped_iri(value.value)}>"
    text = json.dumps(value.value, ensure_ascii=False)
    if value.language:
        return f"{text}@{value.language}"
    return f"{text}^^xsd:{value.type}" if value.type else text


def json_ld(found: Iterable[Triple]) -> bytes:
    """JSON-LD 1.1, with its context inside."""
    graph = []
    for subject, properties in _by_subject(found).items():
        node: dict = {"@id": subject.value}
        for predicate, values in properties.items():
            if predicate == "rdf:type":
                node["@type"] = [value.value for value in values]
            else:
                node[predicate] = [_json_term(value) for value in values]
        graph.append(node)
    return json.dumps({"@context": PREFIXES, "@graph": graph}, ensure_ascii=False, indent=1).encode()


def _json_term(value: Iri | Literal) -> dict:
    if isinstance(value, Iri):
        return {"@id": value.value}
    if value.language:
        return {"@value": value.value, "@language": value.language}
    return {"@value": value.value} | ({"@type": f"xsd:{value.type}"} if value.type else {})


def rdf_xml(found: Iterable[Triple]) -> bytes:
    """RDF 1.1 XML."""
    for prefix, address in PREFIXES.items():
        ElementTree.register_namespace(prefix, address)
    rdf = "{" + PREFIXES["rdf"] + "}"
    root = ElementTree.Element(f"{rdf}RDF")
    for subject, properties in _by_subject(found).items():
        node = ElementTree.SubElement(root, f"{rdf}Description", {f"{rdf}about": subject.value})
        for predicate, values in properties.items():
            prefix, _, local = predicate.partition(":")
            for value in values:
                child = ElementTree.SubElement(node, "{" + PREFIXES[prefix] + "}" + local)
                if isinstance(value, Iri):
                    child.set(f"{rdf}resource", value.value)
                    continue
                child.text = value.value
                if value.language:
                    child.set("{http://www.w3.org/XML/1998/namespace}lang", value.language)
                elif value.type:
                    child.set(f"{rdf}datatype", _expand(f"xsd:{value.type}"))
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


SYNTAXES = {
    "ttl": ("text/turtle; charset=utf-8", turtle),
    "jsonld": ("application/ld+json", json_ld),
    "rdf": ("application/rdf+xml", rdf_xml),
}
