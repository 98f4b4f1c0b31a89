"""Profiles of the archives: written in the package, and followed, or the package is not made."""

import html
import io
import re
import zipfile

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from lxml import etree

from beffroi.kernel import xmlfaults
from beffroi.kernel.models import Entry
from beffroi.modules.archives import actions
from beffroi.modules.archives.demo import PROFILE
from beffroi.modules.archives.models import Profile, Setup
from beffroi.modules.archives.seda import profiles, writing
from beffroi.modules.archives.seda.model import VERSIONS
from beffroi.shared.files.models import StoredFile
from tests.contract import rules
from tests.modules.archives.conftest import content_of
from tests.modules.archives.test_seda import envelope, faults, file, xmllint

pytestmark = pytest.mark.django_db
SCHEMA = PROFILE.read_bytes()
NAME = "EXEMPLE-BUDGETS-1"


@pytest.fixture
def profile(operator, manager):
    made = Profile(organisation=operator, name="Budgets", identifier=NAME)
    return actions.save_profile(made, actor=manager, schema=SCHEMA)


@pytest.fixture
def agreement(operator, manager):
    setup = Setup(organisation=operator, agency_identifier="FRAD999", agreement="ACCORD-7")
    return actions.save_setup(setup, actor=manager)


def follow(made, actor, profile, seda="2.1"):
    return actions.update_transfer(made, actor=actor, title="Essai", note="", seda=seda, profile=profile)


def manifest_of(made) -> bytes:
    found = StoredFile.objects.about(made).get(kind="package")
    return zipfile.ZipFile(io.BytesIO(content_of(found))).read("manifest.xml")


@pytest.mark.parametrize("version", VERSIONS)
def test_manifest_that_names_its_profile_is_valid(version, tmp_path):
    content = writing.transfer(envelope(version, profile=f"  {NAME} "), [file()])
    assert faults(version, content) == []
    assert xmllint(version, content, tmp_path) == ""
    assert etree.fromstring(content).findtext(".//{*}ManagementMetadata/{*}ArchivalProfile") == NAME


def test_package_follows_its_profile(make_transfer, archivist, profile, agreement):
    made = follow(make_transfer(to="draft"), archivist, profile)
    actions.pack_transfer(made, actor=archivist)
    content = manifest_of(made)
    assert faults("2.1", content) == []
    assert profiles.faults(SCHEMA, content) == []
    assert NAME in content.decode()


def test_package_that_leaves_its_profile_is_not_made_and_says_where(make_transfer, archivist, profile, client):
    """Without agreement with the archives, the manifest lacks what this profile wants."""
    made = follow(make_transfer(to="draft"), archivist, profile)
    with pytest.raises(ValidationError, match="ne suit pas le profil .*Budgets.* ligne 6"):
        actions.pack_transfer(made, actor=archivist)
    made.refresh_from_db()
    assert made.state == "draft"
    assert not StoredFile.objects.about(made).exists()
    client.force_login(archivist)
    page = client.post(reverse("archives:transfer_step", args=[made.pk, "pack"])).content.decode()
    assert list(rules.page(page)) == []
    page = page.replace("\u202f", " ")
    assert "« Budgets » : ligne 6, élément « CodeListVersions » : l’élément « CodeListVersions » n’est pas att" in page
    assert re.search(r'<span class="small soft" lang="en">\(Did not expect element CodeListVersions there\)', page)
    assert "&lt;span" not in page


def test_profile_without_schema_is_only_named(make_transfer, archivist, operator, manager):
    bare = actions.save_profile(Profile(organisation=operator, name="Actes", identifier="ACTES-2"), actor=manager)
    made = follow(make_transfer(to="draft"), archivist, bare)
    actions.pack_transfer(made, actor=archivist)
    assert b"<ArchivalProfile>ACTES-2</ArchivalProfile>" in manifest_of(made)


def test_profile_is_of_the_same_body_and_version(make_transfer, archivist, profile, commune, manager):
    made = make_transfer(to="draft")
    with pytest.raises(ValidationError, match="SEDA 2.1"):
        follow(made, archivist, profile, seda="2.2")
    other = Profile.objects.create(organisation=commune, name="Autre", identifier="AUTRE")
    with pytest.raises(ValidationError, match="autre collectivité"):
        follow(made, archivist, other)


XSD = b"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified"
 targetNamespace="fr:gouv:culture:archivesdefrance:seda:v2.1"><xs:element name="ArchiveTransfer"><xs:complexType>
 <xs:sequence><xs:any maxOccurs="%b" processContents="skip"/></xs:sequence></xs:complexType></xs:element></xs:schema>"""


@pytest.mark.parametrize(("most", "follows"), [(b"unbounded", True), (b"2", False)])
def test_schema_may_be_an_xsd(most, follows):
    content = writing.transfer(envelope("2.1"), [file()])
    assert (profiles.faults(XSD % most, content) == []) is follows


SPACE = "fr:gouv:culture:archivesdefrance:seda:v2.1"
# what the manifest must not be, as a schema says it; the element at fault, and what is told of it
SAID = [
    (
        '<xs:element name="Comment"/><xs:element name="Dates"/>',
        "Date",
        "cet élément n’est pas attendu ici ; attendu : Dates",
    ),
    ('<xs:element name="Comment" type="xs:date"/>', "Comment", "« Essai » n’est pas une valeur du type xs:date"),
    (
        '<xs:element name="Comment"><xs:simpleType><xs:restriction base="xs:string"><xs:enumeration value="Budget"/>'
        "</xs:restriction></xs:simpleType></xs:element>",
        "Comment",
        "« Essai » n’est pas permis ; permis : Budget",
    ),
    (
        '<xs:element name="Comment"><xs:simpleType><xs:restriction base="xs:string"><xs:maxLength value="3"/>'
        "</xs:restriction></xs:simpleType></xs:element>",
        "Comment",
        "5 signes, 3 au plus",
    ),
    (
        '<xs:element name="Comment"><xs:simpleType><xs:restriction base="xs:string"><xs:pattern value="[0-9]+"/>'
        "</xs:restriction></xs:simpleType></xs:element>",
        "Comment",
        "« Essai » n’a pas la forme attendue : [0-9]+",
    ),
    (
        '<xs:element name="Comment"><xs:complexType mixed="true"><xs:attribute name="lang" use="required"/>'
        "</xs:complexType></xs:element>",
        "Comment",
        "il lui manque l’attribut « lang »",
    ),
]


@pytest.mark.parametrize(("body", "element", "words"), SAID)
def test_fault_of_an_xsd_is_told_in_french_with_its_element_and_its_line(body, element, words):
    more = '<xs:any maxOccurs="unbounded" processContents="skip"/>'
    schema = f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified"
      targetNamespace="{SPACE}"><xs:element name="ArchiveTransfer"><xs:complexType><xs:sequence>{body}{more}
      </xs:sequence></xs:complexType></xs:element></xs:schema>""".encode()
    content = writing.transfer(envelope("2.1"), [file()])
    (first, *_others) = profiles.faults(schema, content)
    assert (first.element, first.words) == (element, words)
    assert element in content.decode().splitlines()[first.line - 1]
    assert first.original in html.unescape(first.shown())
    assert "{fr:" not in first.original


def test_fault_that_libxml_words_otherwise_is_still_told_in_french():
    class Said:
        line, path, message = 4, "", "Something that <nobody> foresaw"

    (fault,) = xmlfaults.told([Said])
    assert str(fault) == "ligne 4 : ce qui s’y trouve n’est pas ce qui est attendu"
    assert "&lt;nobody&gt;" in fault.shown()


RNG = 'xmlns="http://relaxng.org/ns/structure/1.0"'


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        (b"pas du xml", "lisible"),
        (b"<a/>", "ni un schéma RelaxNG"),
        (b"<grammar", "lisible"),
        (f"<grammar {RNG}><start/></grammar>".encode(), "pas correct"),
        (f'<grammar {RNG}><include href="/etc/hostname"/></grammar>'.encode(), "un seul fichier"),
        (f'<externalRef {RNG} href="http://127.0.0.1/x"/>'.encode(), "un seul fichier"),
        (XSD.replace(b"<xs:element", b'<xs:import schemaLocation="/etc/hostname"/><xs:element', 1), "un seul fichier"),
        (f'<!DOCTYPE a [<!ENTITY b "c">]><grammar {RNG}/>'.encode(), "DTD"),
        (b" " * (profiles.LARGEST + 1), "2 Mo"),
    ],
)
def test_schema_that_cannot_be_followed_is_refused(operator, manager, schema, told):
    with pytest.raises(ValidationError, match=told):
        actions.save_profile(Profile(organisation=operator, name="x", identifier="x"), actor=manager, schema=schema)
    assert not Profile.objects.exists()


def test_profile_is_kept_at_the_desk(client, operator, manager, archivist, make_user):
    client.force_login(manager)
    new = reverse("archives:new_profile", args=[operator.slug])
    given = {"name": "Budgets", "identifier": NAME, "seda": "2.1", "is_active": "on"}
    refused = client.post(new, given | {"file": SimpleUploadedFile("profil.rng", b"rien")}).content.decode()
    assert "XML lisible" in refused
    assert f'value="{NAME}"' in refused
    answer = client.post(new, given | {"file": SimpleUploadedFile("profil.rng", SCHEMA)}, follow=True)
    assert list(rules.page(answer.content.decode())) == []
    made = Profile.objects.get()
    edit = reverse("archives:edit_profile", args=[made.pk])
    assert client.post(edit, given | {"name": "Budgets et comptes"}).status_code == 302
    made.refresh_from_db()
    assert (made.name, bytes(made.schema)) == ("Budgets et comptes", SCHEMA), "without a file the schema stays"
    again = client.post(new, given)
    assert "déjà un profil" in again.content.decode()
    assert client.get(reverse("archives:profile_schema", args=[made.pk])).content == SCHEMA
    assert Entry.objects.filter(verb="archives.profile", target_id=made.pk).count() == 2
    client.force_login(make_user("agent", operator))
    assert client.get(edit).status_code in (403, 404)
    with pytest.raises(PermissionDenied):
        actions.save_profile(made, actor=make_user("agent", operator))
