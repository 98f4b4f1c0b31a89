"""Profiles of units: named in the manifest, checked unit by unit before the package is made."""

import io
import json
import shutil
import zipfile

import jsonschema
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from beffroi.kernel.models import Entry
from beffroi.modules.archives import actions
from beffroi.modules.archives.demo import UNIT_PROFILE
from beffroi.modules.archives.models import UnitProfile
from beffroi.modules.archives.seda import units, writing
from beffroi.modules.archives.seda.model import VERSIONS
from beffroi.modules.archives.seda.profiles import Unusable
from beffroi.shared.documents import expressions
from beffroi.shared.documents.models import DocumentType
from beffroi.shared.files.models import StoredFile
from tests.contract import rules
from tests.modules.archives.conftest import content_of
from tests.modules.archives.test_seda import envelope, faults, file, xmllint

pytestmark = pytest.mark.django_db
NAME = "AUP-000012"
SCHEMA = {
    "$schema": "http://vitam-json-schema.org/draft-04/schema#",
    "id": "http://example.com/root.json",
    "type": "object",
    "additionalProperties": False,
    "patternProperties": {"^#": {}, "^_": {}},
    "required": ["Title", "DescriptionLevel"],
    "properties": {
        "ArchiveUnitProfile": {"enum": [NAME]},
        "Title": {"type": "string", "pattern": "^Budget", "maxLength": 40},
        "DescriptionLevel": {"enum": ["File"]},
        "FilePlanPosition": {"type": "array", "maxItems": 1},
        "OriginatingAgencyArchiveUnitIdentifier": {"type": "array", "items": {"type": "string"}},
        "OriginatingAgency": {"type": "object", "required": ["Identifier"]},
        "StartDate": {"format": "date"},
        "EndDate": {"format": "date"},
    },
}


def given_as(schema) -> bytes:
    return json.dumps(schema).encode()


def unit_of(**more):
    """The first unit of a manifest."""
    content = writing.transfer(envelope("2.2"), [file(profile=NAME, **more)])
    return etree.fromstring(content).find(".//{*}ArchiveUnit")


@pytest.fixture
def series(make_series):
    return make_series("keep")


@pytest.fixture
def profile(operator, manager, series):
    made = UnitProfile(organisation=operator, name="Budget", identifier=NAME, series=series)
    return actions.save_unit_profile(made, actor=manager, given=given_as(SCHEMA))


def manifest_of(made):
    found = StoredFile.objects.about(made).get(kind="package")
    return etree.fromstring(zipfile.ZipFile(io.BytesIO(content_of(found))).read("manifest.xml"))


@pytest.mark.parametrize("version", VERSIONS)
def test_unit_that_names_its_profile_is_valid(version, tmp_path):
    content = writing.transfer(envelope(version), [file(profile=f"  {NAME}\n")])
    assert faults(version, content) == []
    if shutil.which("xmllint"):
        assert xmllint(version, content, tmp_path) == ""
    named = etree.fromstring(content).findall(".//{*}ArchiveUnitProfile")
    assert [one.text for one in named] == [NAME], "the file alone, not its documents"


def test_unit_without_profile_names_none():
    assert b"ArchiveUnitProfile" not in writing.transfer(envelope("2.2"), [file()])


def test_unit_is_read_as_the_archives_keep_it():
    found = units.as_json(unit_of())
    assert found["ArchiveUnitProfile"] == NAME
    assert found["Title"] == "Budgets 2013"
    assert found["FilePlanPosition"] == ["2 FIN / 2 FIN 2"]
    assert found["OriginatingAgencyArchiveUnitIdentifier"] == ["FIN-2013"]
    assert found["OriginatingAgency"] == {"Identifier": "200037067"}
    assert found["StartDate"] == "2013-01-02"
    assert found["#management"] == {
        "AppraisalRule": {"Rules": [{"Rule": "P10Y", "StartDate": "2013-12-20"}], "FinalAction": "Keep"},
        "AccessRule": {"Rules": [{"Rule": "L213-1", "StartDate": "2013-12-20"}]},
    }
    assert "ArchiveUnit" not in found, "what it holds is checked on its own"


def test_rules_are_named_as_the_schema_names_them():
    schema = {"type": "object", "required": ["_mgt"], "properties": {"_mgt": {"required": ["AppraisalRule"]}}}
    assert units.faults(schema, unit_of()) == []
    assert units.faults({"required": ["_mgt", "#management"]}, unit_of()) == ["il manque « #management »"]


@pytest.mark.parametrize("version", VERSIONS)
def test_package_whose_units_follow_their_profile_is_made(
    version, make_transfer, make_folder, profile, archivist, series
):
    made = make_transfer(make_folder("Budget 2013", series=series), to="draft", seda=version)
    actions.pack_transfer(made, actor=archivist)
    manifest = manifest_of(made)
    assert faults(version, etree.tostring(manifest)) == []
    (named,) = manifest.findall(".//{*}ArchiveUnitProfile")
    assert named.text == NAME
    assert named.getparent().findtext("{*}Content/{*}Title") == "Budget 2013"
    assert named.getnext().tag.endswith("Management"), "the norm wants it first"


def test_unit_that_leaves_its_profile_is_named_and_nothing_is_made(
    client, make_transfer, make_folder, profile, archivist, series
):
    folder = make_folder("Comptes 2013", series=series)
    made = make_transfer(folder, to="draft")
    with pytest.raises(ValidationError) as refused:
        actions.pack_transfer(made, actor=archivist)
    (said,) = refused.value.messages
    said = said.replace("\u202f", " ").replace("\xa0", " ")
    assert said == (
        "« Comptes 2013 » ne suit pas le profil d’unité « Budget » : "
        "Title : « Comptes 2013 » n’a pas la forme attendue : ^Budget"
    )
    made.refresh_from_db()
    assert made.state == "draft"
    assert not StoredFile.objects.about(made).exists()
    client.force_login(archivist)
    page = client.post(reverse("archives:transfer_step", args=[made.pk, "pack"])).content.decode()
    assert list(rules.page(page)) == []
    assert "n’a pas la forme attendue" in page


def test_documents_of_a_type_follow_theirs(make_transfer, make_folder, operator, manager, archivist, series):
    kind = DocumentType.objects.create(organisation=operator, name="Délibération")
    wanted = {"required": ["Tag"], "properties": {"DescriptionLevel": {"enum": ["Item"]}}}
    made = UnitProfile(organisation=operator, name="Délibération", identifier="AUP-7", kind=kind)
    actions.save_unit_profile(made, actor=manager, given=given_as(wanted))
    folder = make_folder("Budget 2013", series=series)
    one = folder.documents.order_by("name").first()
    one.kind = kind
    one.save(update_fields=["kind"])
    transfer = make_transfer(folder, to="draft")
    with pytest.raises(ValidationError, match="il manque « Tag »"):
        actions.pack_transfer(transfer, actor=archivist)
    made.is_active = False
    actions.save_unit_profile(made, actor=manager)
    transfer.refresh_from_db()
    actions.pack_transfer(transfer, actor=archivist)
    assert manifest_of(transfer).find(".//{*}ArchiveUnitProfile") is None


def test_profile_without_schema_is_only_named(make_transfer, make_folder, operator, manager, archivist, series):
    bare = UnitProfile(organisation=operator, name="Budget", identifier="AUP-9", series=series)
    actions.save_unit_profile(bare, actor=manager)
    made = make_transfer(make_folder("Peu importe", series=series), to="draft")
    actions.pack_transfer(made, actor=archivist)
    assert manifest_of(made).findtext(".//{*}ArchiveUnitProfile") == "AUP-9"


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"required": ["Keyword"]}, "il manque « Keyword »"),
        (
            {"additionalProperties": False, "properties": {"Title": {}}, "patternProperties": {"Date$|^[#ADFO]": {}}},
            None,
        ),
        (
            {"additionalProperties": False, "properties": {"Title": {}}, "patternProperties": {"^[#ADFOS]": {}}},
            "« EndDate » : pas permis ici",
        ),
        (
            {"properties": {"DescriptionLevel": {"enum": ["Item", "Series"]}}},
            "DescriptionLevel : « File » n’est pas permis ; permis : Item, Series",
        ),
        ({"properties": {"Title": {"maxLength": 5}}}, "Title : 12 signes, 5 au plus"),
        ({"properties": {"Title": {"minLength": 50}}}, "Title : 12 signes, 50 au moins"),
        ({"properties": {"Title": {"type": "array"}}}, "Title : « Budgets 2013 » n’est pas une liste"),
        ({"properties": {"Title": {"format": "date"}}}, "Title : « Budgets 2013 » n’est pas une date"),
        ({"properties": {"FilePlanPosition": {"minItems": 2}}}, "FilePlanPosition : 1 valeurs, 2 au moins"),
        (
            {"properties": {"FilePlanPosition": {"items": {"pattern": "^9"}}}},
            "FilePlanPosition › 1 : « 2 FIN / 2 FIN 2 » n’a pas la forme attendue : ^9",
        ),
        (
            {
                "properties": {
                    "#management": {
                        "properties": {"AppraisalRule": {"properties": {"FinalAction": {"enum": ["Destroy"]}}}}
                    }
                }
            },
            "#management › AppraisalRule › FinalAction : « Keep » n’est pas permis ; permis : Destroy",
        ),
        ({"anyOf": [{"required": ["A"]}, {"required": ["B"]}]}, "aucune des façons permises ne convient"),
        (
            {"properties": {"Title": {"$ref": "#/definitions/court"}}, "definitions": {"court": {"maxLength": 3}}},
            "Title : 12 signes, 3 au plus",
        ),
    ],
)
def test_fault_is_told_in_french_with_its_place(schema, words):
    assert units.faults(schema, unit_of()) == ([] if words is None else [words])


LEVELS = st.lists(st.sampled_from(["File", "Item", "x"]), min_size=1, unique=True)
KEYWORDS = st.fixed_dictionaries(
    {},
    optional={
        "required": st.lists(st.sampled_from(["Title", "Tag", "StartDate", "#management"]), min_size=1, unique=True),
        "additionalProperties": st.booleans(),
        "properties": st.dictionaries(
            st.sampled_from(["Title", "DescriptionLevel", "FilePlanPosition", "StartDate", "OriginatingAgency"]),
            st.one_of(
                st.fixed_dictionaries({"type": st.sampled_from(sorted(units.TYPES))}),
                st.fixed_dictionaries(
                    {"enum": st.lists(st.sampled_from(["File", "Item", "x"]), min_size=1, unique=True)}
                ),
                st.fixed_dictionaries({"maxLength": st.integers(0, 20)}),
                st.fixed_dictionaries({"minItems": st.integers(0, 3)}),
                st.fixed_dictionaries({"pattern": st.sampled_from(["^B", "2013$", "[0-9]+", "^x"])}),
            ),
        ),
    },
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(KEYWORDS)
def test_whole_unit_is_refused_when_another_reader_of_the_norm_refuses_it(schema):
    unit = unit_of()
    theirs = jsonschema.Draft4Validator(schema).is_valid(units.as_json(unit))
    assert (units.faults(schema, unit) == []) is theirs


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{", "pas un JSON lisible"),
        (b"\xff\xfe", "pas un JSON lisible"),
        (b"[]", "0 profils"),
        (b"[{}, {}]", "2 profils"),
        (b"{}", "pas un sch"),
        (b'"texte"', "pas un sch"),
        (b'{"type": "texte"}', "pas correct"),
        (b'{"properties": {"Title": {"maxLength": "dix"}}}', "Title"),
        (b'{"properties": {"Title": {"pattern": "(a"}}}', "ne se lit pas"),
        (b'{"$ref": "https://example.invalid/schema.json"}', "en appelle un autre"),
        (b'{"properties": {"Title": {"$ref": "#/definitions/absent"}}}', "qui n’y est pas"),
        (b'{"items": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "trop profond"),
        (b'{"ControlSchema": ""}', "pas un JSON lisible"),
        (b'{"description": "' + b"x" * 600_000 + b'"}', "512"),
    ],
)
def test_schema_that_cannot_be_followed_is_refused_in_a_sentence(content, words):
    with pytest.raises(Unusable, match=words):
        units.read_schema(content)


@pytest.mark.parametrize("schema", [{"$ref": "#"}, {"allOf": [{"$ref": "#"}]}, {"$ref": "#absent"}])
def test_schema_that_turns_round_is_told_and_ends(schema):
    (said,) = units.faults(units.read_schema(given_as(schema)).schema, unit_of())
    assert "tourne en rond" in said


def test_schema_comes_alone_or_in_the_file_of_the_archives():
    assert units.read_schema(given_as(SCHEMA)) == units.Given(SCHEMA)
    whole = {"Identifier": NAME, "Name": "Budget", "ControlSchema": json.dumps(SCHEMA)}
    for content in (whole, [whole], whole | {"ControlSchema": SCHEMA}):
        assert units.read_schema(given_as(content)) == units.Given(SCHEMA, NAME)
    assert units.read_schema(UNIT_PROFILE.read_bytes()).identifier == "EXEMPLE-AUP-1"


def test_form_that_takes_too_long_is_a_fault_and_not_a_wait(monkeypatch):
    def never(pattern, text, **more):
        raise expressions.TooSlow

    monkeypatch.setattr(expressions, "search", never)
    (said,) = units.faults({"properties": {"Title": {"pattern": "(a+)+$"}}}, unit_of())
    assert "n’a pas la forme attendue" in said


def test_profile_is_of_one_series_or_one_type_of_its_body(operator, commune, manager, series, make_series):
    kind = DocumentType.objects.create(organisation=operator, name="Facture")

    def save(**fields):
        made = UnitProfile(organisation=operator, name="Essai", identifier="AUP-1", **fields)
        return actions.save_unit_profile(made, actor=manager)

    for fields in ({}, {"series": series, "kind": kind}):
        with pytest.raises(ValidationError, match="une série, ou un type"):
            save(**fields)
    with pytest.raises(ValidationError, match="autre collectivité"):
        save(kind=DocumentType.objects.create(organisation=commune, name="Autre"))
    with pytest.raises(ValidationError, match="autre collectivité"):
        save(series=make_series("keep", body=commune))
    save(series=series)
    with pytest.raises(ValidationError, match="déjà un profil d’unité"):
        save(kind=kind)
    again = UnitProfile(organisation=operator, name="Essai", identifier="AUP-2", series=series)
    with pytest.raises(ValidationError, match="suivent déjà"):
        actions.save_unit_profile(again, actor=manager)


def test_pages_add_change_and_give_back_a_profile(client, operator, manager, series, president):
    client.force_login(manager)
    listed = reverse("archives:unit_profiles", args=[operator.slug])
    assert "Aucun profil d’unité" in client.get(listed).content.decode()
    whole = given_as({"Identifier": "AUP-AUTRE", "ControlSchema": SCHEMA})
    given = {"name": "Budget", "identifier": NAME, "series": series.pk, "is_active": "on"}
    address = reverse("archives:new_unit_profile", args=[operator.slug])
    wrong = client.post(address, given | {"file": SimpleUploadedFile("p.json", whole)})
    assert "AUP-AUTRE" in wrong.content.decode()
    assert not UnitProfile.objects.exists()
    client.post(address, given | {"file": SimpleUploadedFile("p.json", given_as(SCHEMA))})
    made = UnitProfile.objects.get()
    assert made.schema == SCHEMA
    page = client.get(listed).content.decode()
    assert list(rules.page(page)) == []
    assert NAME in page
    assert client.get(reverse("archives:unit_profile_schema", args=[made.pk])).json() == SCHEMA
    client.post(made.get_absolute_url(), given | {"name": "Budgets"})
    made.refresh_from_db()
    assert (made.name, made.schema) == ("Budgets", SCHEMA), "without a file, the schema stays"
    assert Entry.objects.filter(verb="archives.unit_profile").count() == 2
    client.force_login(president)
    assert client.get(listed).status_code in (403, 404)
    with pytest.raises(PermissionDenied):
        actions.save_unit_profile(made, actor=president)
