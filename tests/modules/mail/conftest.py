import datetime
import itertools

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from beffroi.kernel import pdf
from beffroi.modules.mail import actions
from beffroi.modules.mail.demo import TEMPLATE
from beffroi.modules.mail.models import Kind, Letter, LetterType, Register
from beffroi.modules.mail.workflow import State
from beffroi.shared.files.actions import store_upload
from beffroi.shared.signing import authority
from tests.shared.cases.conftest import _store, commune, make_user, operator, resident, team  # noqa: F401

_numbers = itertools.count(1)


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME = tmp_path
    authority._read.cache_clear()
    return tmp_path


@pytest.fixture(scope="session")
def pages():
    """The bytes of a one-page PDF."""
    data = {"title": "Essai", "sender": "Jeanne Martin", "day": "mardi 24 novembre 2026"}
    return pdf.render(TEMPLATE, data, at=datetime.datetime(2026, 11, 24, tzinfo=datetime.UTC))


@pytest.fixture
def make_pdf(pages):
    return lambda: store_upload(SimpleUploadedFile("lettre.pdf", pages, "application/pdf"), actor=None)


@pytest.fixture
def clerk(make_user, operator):  # noqa: F811
    return make_user("mail_clerk", operator, first_name="Brigitte", last_name="Fournier")


@pytest.fixture
def agent(make_user, operator, team):  # noqa: F811
    return make_user("agent", operator, team, first_name="Nadia", last_name="Roussel")


@pytest.fixture
def outsider(make_user, operator):  # noqa: F811
    """An agent of the body, in no team."""
    return make_user("agent", operator)


@pytest.fixture
def manager(make_user, operator):  # noqa: F811
    return make_user("admin", operator)


@pytest.fixture
def secretary(make_user, commune):  # noqa: F811
    return make_user("secretary", commune)


@pytest.fixture
def make_register(operator, manager):  # noqa: F811
    def make(kind=Kind.INCOMING, code="A", body=None, **fields):
        fields.setdefault("name", code)
        register = Register(organisation=body or operator, kind=kind, code=code, **fields)
        return actions.save_register(register, actor=manager)

    return make


@pytest.fixture
def register(make_register):
    return make_register()


@pytest.fixture
def outgoing(make_register):
    return make_register(Kind.OUTGOING, "D")


@pytest.fixture
def make_type(operator, manager):  # noqa: F811
    def make(name="Demande", body=None, **fields):
        kind = LetterType(organisation=body or operator, name=name, **fields)
        return actions.save_type(kind, actor=manager)

    return make


@pytest.fixture
def make_letter(register, clerk):
    """An incoming letter, by the real action."""

    def make(sender="Jeanne Martin", book=None, actor=None, pieces=(), **fields):
        fields.setdefault("object", f"Demande {next(_numbers)}")
        fields.setdefault("arrived_on", timezone.localdate())
        details = fields.pop("details_of_sender", None)
        letter = Letter(register=book or register, **fields)
        return actions.register_letter(
            letter, actor=actor or clerk, sender=sender, sender_details=details, pieces=pieces
        )

    return make


@pytest.fixture
def routed(make_letter, clerk, team, agent, make_type):  # noqa: F811
    """A letter given to the agent's team."""
    letter = make_letter()
    return actions.route_letter(letter, actor=clerk, type=make_type(), team=team)


@pytest.fixture
def make_draft(outgoing, agent):
    def make(asked=None, book=None, actor=None, recipient="Jeanne Martin", body="Madame,\n\nOui.", **fields):
        fields.setdefault("object", "Réponse")
        letter = Letter(state=State.DRAFT, register=book or outgoing, answers=asked, **fields)
        return actions.write_letter(letter, actor=actor or agent, recipient=recipient, body=body)

    return make
