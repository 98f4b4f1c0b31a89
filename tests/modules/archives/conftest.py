import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from beffroi.kernel import pdf
from beffroi.modules.archives import actions
from beffroi.modules.archives.demo import TEMPLATE
from beffroi.modules.archives.seda import standin
from beffroi.shared.documents import actions as documents
from beffroi.shared.documents.models import Activity, Series
from beffroi.shared.files import storage
from beffroi.shared.files.actions import DOCUMENT, store_upload
from beffroi.shared.signing import actions as signing
from beffroi.shared.signing import authority
from beffroi.shared.signing.models import Circuit, CircuitStep, Desk, Kind
from tests.shared.cases.conftest import _store, commune, make_user, operator, resident, team  # noqa: F401

NOW = timezone.localtime()


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME = tmp_path
    authority._read.cache_clear()
    return tmp_path


@pytest.fixture(scope="session")
def pages():
    data = {"title": "Essai", "body": "Essai", "agency": "Essai"}
    return pdf.render(TEMPLATE, data, at=datetime.datetime(2026, 11, 24, tzinfo=datetime.UTC))


@pytest.fixture
def make_scan(pages):
    return lambda name="visa.pdf": store_upload(SimpleUploadedFile(name, pages, "application/pdf"), actor=None)


@pytest.fixture
def archivist(make_user, operator):  # noqa: F811
    return make_user("archivist", operator, first_name="Lucien", last_name="Dhorne")


@pytest.fixture
def manager(make_user, operator):  # noqa: F811
    return make_user("admin", operator)


@pytest.fixture
def president(make_user, operator):  # noqa: F811
    return make_user("elected", operator)


@pytest.fixture
def circuit(operator, manager, president):  # noqa: F811
    desk = signing.save_desk(Desk(organisation=operator, name="La présidence"), actor=manager, holders=[president])
    steps = [CircuitStep(position=1, kind=Kind.SIGNATURE, desk=desk)]
    return signing.save_circuit(Circuit(organisation=operator, name="Éliminations"), actor=manager, steps=steps)


@pytest.fixture
def space(operator, manager):  # noqa: F811
    return documents.create_space(actor=manager, organisation=operator, name="Essais")


@pytest.fixture
def make_series(operator, manager):  # noqa: F811
    def make(fate="destroy", years=10, body=None, **more):
        body = body or operator
        activity, _created = Activity.objects.get_or_create(organisation=body, code="1", title="Essais")
        number = Series.objects.count() + 1
        series = Series(activity=activity, code=f"1.{number}", title=f"Série {number}", years=years, fate=fate, **more)
        return documents.save_series(series, actor=None)

    return make


@pytest.fixture
def make_folder(space, manager, make_series):
    """A closed file with its documents; by default its useful life is over and the plan destroys it."""

    def make(name="Factures", *, series=None, year=None, contents=("un", "deux"), parent=None, closed=True, where=None):
        when = year or timezone.localdate().year - 13
        folder = documents.create_folder(
            actor=manager,
            space=where or space,
            name=name,
            parent=parent,
            series=series or make_series(),
            opened_on=datetime.date(when, 1, 2),
        )
        for rank, text in enumerate(contents, start=1):
            sent = SimpleUploadedFile(f"piece-{rank}.txt", f"{name} {text}".encode())
            documents.add_document(
                actor=manager,
                space=folder.space,
                folder=folder,
                read=False,
                name=sent.name,
                file=store_upload(sent, actor=manager, kind=DOCUMENT),
                dated_on=datetime.date(when, rank, 9),
            )
        return documents.close_folder(folder, actor=manager, day=datetime.date(when, 12, 20)) if closed else folder

    return make


@pytest.fixture
def make_slip(operator, archivist, circuit, president, make_scan):  # noqa: F811
    """A slip led to a state by the real steps."""

    def make(*folders, boxes=(), to="draft", refused=()):
        slip = actions.prepare_elimination(operator, actor=archivist, folders=folders, boxes=boxes, title="Essai")
        if to == "draft":
            return slip
        sent = actions.sign_elimination(slip, actor=archivist, circuit=circuit)
        if to == "signing":
            return slip
        signing.decide_step(sent.steps.get(), actor=president, approve=True)
        slip.refresh_from_db()
        if to == "signed":
            return slip
        visa(slip, archivist, make_scan(), refused=[line for line in slip.lines.all() if line.title in refused])
        if to == "visaed":
            return slip
        actions.confirm_elimination(slip, actor=archivist)
        if to == "confirmed":
            return slip
        return actions.start_destruction(slip, actor=archivist, typed=slip.reference, method="Broyage")

    return make


def visa(slip, actor, scan, *, refused=(), refusal="À conserver", **more):
    """The answer of the departmental archives."""
    given = {
        "visa_on": timezone.localdate(),
        "visa_name": "Adèle Vimeux",
        "visa_quality": "Directrice",
        "visa_reference": "80-118",
    }
    return actions.record_visa(
        slip, actor=actor, scan=scan, refused=refused, refusal=refusal if refused else "", **given | more
    )


@pytest.fixture
def make_transfer(operator, commune, archivist, make_folder, make_series):  # noqa: F811
    def make(*folders, to="sent", seda="2.1"):
        folders = folders or (make_folder("Budget 2013", series=make_series("keep")),)
        made = actions.prepare_transfer(operator, actor=archivist, folders=folders, title="Essai")
        if seda != "2.1":
            actions.update_transfer(made, actor=archivist, title="Essai", note="", seda=seda)
            made.refresh_from_db()
        if to == "draft":
            return made
        actions.pack_transfer(made, actor=archivist)
        if to == "packed":
            return made
        actions.send_transfer(made, actor=archivist, sent_on=timezone.localdate(), channel="Clé remise")
        if to == "accepted":
            actions.take_message(standin.transfer_reply(made, at=NOW), actor=archivist)
            made.refresh_from_db()
        return made

    return make


def content_of(file) -> bytes:
    with storage.contents().open(storage.address(file.blob.sha256)) as content:
        return content.read()
