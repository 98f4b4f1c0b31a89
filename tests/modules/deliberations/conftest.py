import datetime
import itertools

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from beffroi.modules.deliberations import actions
from beffroi.modules.deliberations.models import Act
from beffroi.shared.files.actions import store_upload
from tests.shared.cases.conftest import _store, agent, commune, make_user, operator, resident, team  # noqa: F401

_numbers = itertools.count(1)
SIRET = "21800253300014"


def pdf_file(text: str = ""):
    """A small PDF, different each time."""
    body = f"%PDF-1.4\n% {text or next(_numbers)}\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    return store_upload(SimpleUploadedFile("acte.pdf", body.encode(), "application/pdf"), actor=None)


@pytest.fixture
def secretary(make_user, commune):  # noqa: F811
    commune.siren, commune.siret, commune.postal_code = "218002533", SIRET, "80600"
    commune.save(update_fields=["siren", "siret", "postal_code"])
    return make_user("secretary", commune)


@pytest.fixture
def make_act(commune, secretary):  # noqa: F811
    def make(*, body=None, actor=None, document=True, **fields):
        values = {
            "organisation": body or commune,
            "object": "Subvention au comité des fêtes",
            "matter": "7.5",
            "decided_on": datetime.date(2026, 11, 3),
            "author_first_name": "Alix",
            "author_last_name": "Delattre",
            "author_quality": "maire",
        } | fields
        files = [pdf_file()] if document else []
        return actions.create_act(Act(**values), actor=actor or secretary, document=files)

    return make


@pytest.fixture
def adopted(make_act, secretary):
    act = make_act()
    return actions.adopt_act(act, actor=secretary, decided_on=act.decided_on)


@pytest.fixture
def received(adopted, secretary):
    day = datetime.date(2026, 11, 5)
    return actions.receive_act(adopted, actor=secretary, receipt=adopted.identifier, received_on=day)


@pytest.fixture
def published(received, secretary):
    return actions.publish_act(received, actor=secretary)
