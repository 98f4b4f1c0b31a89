import shutil

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from beffroi.kernel import pdf
from beffroi.shared.files.actions import SIGNED, store_upload
from beffroi.shared.signing import actions, authority
from beffroi.shared.signing.demo import TEMPLATE
from beffroi.shared.signing.models import Circuit, CircuitStep, Desk, Kind
from tests.shared.cases.conftest import _store, agent, commune, make_user, operator, resident, team  # noqa: F401
from tests.support import trust


@pytest.fixture(scope="session")
def drawn(tmp_path_factory):
    """The authority of an installation, drawn once: keys are slow to draw."""
    return tmp_path_factory.mktemp("autorite")


@pytest.fixture(autouse=True)
def home(settings, tmp_path, drawn):
    settings.HOME = drawn
    authority._read.cache_clear()
    for get in (authority.root, authority.seal, authority.clock):
        get()
    for name in (authority.ROOT, authority.SEAL, authority.CLOCK):
        shutil.copy(drawn / name, tmp_path / name)
    settings.HOME = tmp_path
    authority._read.cache_clear()
    return tmp_path


@pytest.fixture(scope="session")
def house():
    """An authority of elsewhere, with its services on a socket."""
    with trust.running() as running:
        yield running


@pytest.fixture
def elsewhere(house, settings, tmp_path):
    """The same, recognised by the operator, its timestamping used; everything answers."""
    from cryptography.hazmat.primitives.serialization import Encoding

    house.down, house.revoked = set(), set()
    house.asked.clear()
    path = tmp_path / "autorites.pem"
    path.write_bytes(house.root.public_bytes(Encoding.PEM))
    settings.TRUST, settings.TSA_URL = str(path), f"{house.url}/tsa"
    return house


@pytest.fixture(scope="session")
def pdf_bytes():
    from datetime import UTC, datetime

    return pdf.render(TEMPLATE, {"title": "Convention d’essai"}, at=datetime(2026, 11, 25, tzinfo=UTC))


@pytest.fixture
def stored():
    """stored(name, content): a file that waits."""

    def keep(name: str, content: bytes):
        return store_upload(SimpleUploadedFile(name, content), actor=None, kind=SIGNED)

    return keep


@pytest.fixture
def document(pdf_bytes, stored):
    return lambda: stored("convention.pdf", pdf_bytes)


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
    """make_circuit((1, Kind.VISA, "director"), …): a circuit; a desk None = the one above the author's; a fourth
    member gives the other fields of the step."""

    def make(*lines, name="Essai"):
        steps = [
            CircuitStep(position=line[0], kind=line[1], desk=desks[line[2]] if line[2] else None, **dict(*line[3:]))
            for line in lines
        ]
        return actions.save_circuit(Circuit(organisation=operator, name=name), actor=people["manager"], steps=steps)

    return make


@pytest.fixture
def send(people, document, make_circuit):
    """Send a folder in a circuit of those lines."""

    def make(*lines, title="Convention d’essai", **more):
        lines = lines or ((1, Kind.VISA, "director"), (2, Kind.SIGNATURE, "president"))
        circuit = make_circuit(*lines)
        folder = actions.create_folder(
            actor=people["author"],
            circuit=circuit,
            title=title,
            document=more.pop("document", None) or document(),
            **more,
        )
        return actions.submit_folder(folder, actor=people["author"])

    return make
