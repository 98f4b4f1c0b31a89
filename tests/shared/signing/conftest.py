import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from beffroi.kernel import pdf
from beffroi.shared.files.actions import store_upload
from beffroi.shared.signing import actions, authority
from beffroi.shared.signing.demo import TEMPLATE
from beffroi.shared.signing.models import Circuit, CircuitStep, Desk, Kind
from tests.shared.cases.conftest import _store, agent, commune, make_user, operator, resident, team  # noqa: F401


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME = tmp_path
    authority._read.cache_clear()
    return tmp_path


@pytest.fixture(scope="session")
def pdf_bytes():
    from datetime import UTC, datetime

    return pdf.render(TEMPLATE, {"title": "Convention d’essai"}, at=datetime(2026, 11, 25, tzinfo=UTC))


@pytest.fixture
def document(pdf_bytes):
    return lambda: store_upload(SimpleUploadedFile("convention.pdf", pdf_bytes, "application/pdf"), actor=None)


@pytest.fixture
def people(make_user, operator):  # noqa: F811
    """{name: account}: an author, a director, a president, a stand-in."""
    roles = {"author": "agent", "director": "agent", "president": "elected", "other": "agent", "manager": "admin"}
    return {name: make_user(role, operator, first_name=name.title(), last_name="Essai") for name, role in roles.items()}


@pytest.fixture
def desks(people, operator):  # noqa: F811
    found = {}
    for name, above in (("president", None), ("director", "president"), ("author", "director"), ("other", None)):
        desk = Desk(organisation=operator, name=name.title(), head=found.get(above))
        found[name] = actions.save_desk(desk, actor=people["manager"], holders=[people[name]])
    return found


@pytest.fixture
def make_circuit(operator, desks, people):  # noqa: F811
    """make_circuit((1, Kind.VISA, "director"), …): a circuit; a desk None = the one above the author's."""

    def make(*lines, name="Essai"):
        steps = [
            CircuitStep(position=position, kind=kind, desk=desks[desk] if desk else None)
            for position, kind, desk in lines
        ]
        return actions.save_circuit(Circuit(organisation=operator, name=name), actor=people["manager"], steps=steps)

    return make


@pytest.fixture
def send(people, document, make_circuit):
    """Send a folder in a circuit of those lines."""

    def make(*lines):
        lines = lines or ((1, Kind.VISA, "director"), (2, Kind.SIGNATURE, "president"))
        circuit = make_circuit(*lines)
        folder = actions.create_folder(
            actor=people["author"], circuit=circuit, title="Convention d’essai", document=document()
        )
        return actions.submit_folder(folder, actor=people["author"])

    return make
