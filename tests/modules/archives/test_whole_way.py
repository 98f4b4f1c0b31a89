"""A letter, from its closing to the archives: filed, its useful life counted, then a valid package when it is over."""

import datetime
import io
import zipfile

import pytest
from lxml import etree

from beffroi.modules.archives import actions, eligibility
from beffroi.modules.mail import actions as mail
from beffroi.modules.mail.models import Kind, Letter, Register
from beffroi.shared.documents import actions as documents
from beffroi.shared.documents.models import Folder
from beffroi.shared.files import storage
from beffroi.shared.files.models import StoredFile
from tests.modules.archives.test_seda import faults

pytestmark = pytest.mark.django_db


def test_letter_closed_and_filed_leaves_in_a_valid_package_once_its_life_is_over(
    operator, commune, manager, archivist, space, make_series, make_scan
):
    series = make_series("keep", years=1)
    folder = documents.create_folder(
        actor=manager, space=space, name="Courriers", series=series, opened_on=datetime.date(2015, 1, 1)
    )
    register = mail.save_register(
        Register(organisation=operator, kind=Kind.INCOMING, code="A", name="Arrivée"), actor=manager
    )
    letter = Letter(register=register, object="Don d’archives", arrived_on=datetime.date(2026, 1, 5))
    letter = mail.register_letter(letter, actor=manager, sender="Rosalie Hénocque", pieces=[make_scan("lettre.pdf")])
    mail.route_letter(letter, actor=manager, assignee=manager)
    mail.close_letter(letter, actor=manager, closing="Classé")
    mail.file_letter(letter, actor=manager, space=space, parent=folder)
    assert not eligibility.to_transfer().exists()
    closed = Folder.objects.get(pk=Letter.objects.get(pk=letter.pk).filed_as_id)
    end = closed.retention_end
    assert end == datetime.date(closed.closed_on.year + 1, 12, 31)
    assert not eligibility.to_transfer(end).filter(pk=closed.pk).exists()
    assert eligibility.to_transfer(end + datetime.timedelta(days=1)).filter(pk=closed.pk).exists()
    Folder.objects.filter(pk=closed.pk).update(retention_end=datetime.date(2020, 12, 31))  # the years have passed
    made = actions.prepare_transfer(operator, actor=archivist, folders=[closed])
    file = actions.pack_transfer(made, actor=archivist)
    with storage.contents().open(storage.address(file.blob.sha256)) as content:
        archive = zipfile.ZipFile(io.BytesIO(content.read()))
    manifest = archive.read("manifest.xml")
    assert faults("2.1", manifest) == []
    names = etree.fromstring(manifest).xpath("//*[local-name()='Filename']/text()")
    assert any(name.endswith(".pdf") for name in names)


def test_pieces_of_a_letter_go_with_the_file_that_is_eliminated(
    operator, manager, space, make_series, make_scan, make_slip
):
    parent = documents.create_folder(
        actor=manager, space=space, name="Sans suite", series=make_series(years=1), opened_on=datetime.date(2015, 1, 1)
    )
    register = mail.save_register(
        Register(organisation=operator, kind=Kind.INCOMING, code="A", name="Arrivée"), actor=manager
    )
    letter = Letter(register=register, object="Publicité", arrived_on=datetime.date(2026, 1, 5))
    scan = make_scan("lettre.pdf")
    letter = mail.register_letter(letter, actor=manager, sender="Rosalie Hénocque", pieces=[scan])
    mail.route_letter(letter, actor=manager, assignee=manager)
    mail.close_letter(letter, actor=manager, closing="Sans suite")
    folder = mail.file_letter(letter, actor=manager, space=space, parent=parent)
    Folder.objects.filter(pk=folder.pk).update(retention_end=datetime.date(2020, 12, 31))
    folder.documents.update(retention_end=datetime.date(2020, 12, 31))
    slip = make_slip(folder, to="confirmed")
    StoredFile.objects.about(slip).filter(kind="visa").delete()  # the trial's visa has the same bytes
    actions.start_destruction(slip, actor=slip.created_by, typed=slip.reference)
    actions.resume(slip)
    assert slip.state == "destroyed"
    assert not StoredFile.objects.about(letter).exists()
    assert not storage.contents().exists(storage.address(scan.blob.sha256))
    assert Letter.objects.get(pk=letter.pk).object == "Publicité"
