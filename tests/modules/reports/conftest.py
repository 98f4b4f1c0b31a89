import datetime
import itertools
import threading
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.core.files.storage import storages
from django.core.wsgi import get_wsgi_application
from django.db import connection

from beffroi.kernel.models import User
from beffroi.modules.reports import actions
from beffroi.modules.reports.models import Category, Competence
from beffroi.shared.organisations import actions as territory
from beffroi.shared.organisations.models import Commune, Membership, Organisation, Team

_numbers = itertools.count(1)
API = "/open311/v2"
PLACE = (2.34, 50.16)
OTHER_PLACE = (2.54, 50.16)
OUTSIDE = (3.06, 50.63)


def square(west, south, east, north):
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


@pytest.fixture(autouse=True)
def _store(tmp_path, settings):
    settings.STORAGES = settings.STORAGES | {
        "files": {"BACKEND": "beffroi.shared.files.storage.LocalContents", "OPTIONS": {"location": tmp_path / "files"}}
    }
    return storages["files"]


@pytest.fixture
def operator(db):
    return Organisation.objects.create(
        kind="epci", name="Communauté de communes d’Essai", slug="cc-essai", is_operator=True, postal_code="80600"
    )


def make_commune(operator, name, code, outline):
    commune = territory.put_commune(actor=None, code_insee=code, name=name, parent=operator)
    territory.draw_outline(commune, outline, actor=None)
    return Commune.objects.get(pk=commune.pk)


@pytest.fixture
def doullens(operator):
    """Holds PLACE; it has a desk as soon as a test gives somebody a role there."""
    return make_commune(operator, "Doullens", "80253", square(2.30, 50.10, 2.40, 50.20))


@pytest.fixture
def beauval(operator):
    """Holds OTHER_PLACE; has no desk."""
    return make_commune(operator, "Beauval", "80071", square(2.50, 50.10, 2.60, 50.20))


@pytest.fixture
def county(db):
    return Organisation.objects.create(
        kind="departement",
        name="Département d’Essai",
        slug="departement-essai",
        phone="03 22 00 00 00",
        email="routes@example.invalid",
    )


@pytest.fixture
def roads_team(operator):
    return Team.objects.create(organisation=operator, name="Voirie")


@pytest.fixture
def roads(db):
    return Category.objects.create(code="voirie", label="Voirie", icon="route")


@pytest.fixture
def pothole(roads):
    return Category.objects.create(code="nid-de-poule", label="Nid-de-poule", parent=roads, icon="circle-alert")


@pytest.fixture
def sign(roads):
    return Category.objects.create(code="panneau", label="Panneau abîmé", parent=roads, icon="signpost")


@pytest.fixture
def rule(db):
    """Write a competence; by default for the whole territory."""

    def make(category, organisation=None, **fields):
        return actions.save_competence(Competence(category=category, organisation=organisation, **fields), actor=None)

    return make


@pytest.fixture
def make_user(db):
    def make(role="", organisation=None, team=None, **fields):
        number = next(_numbers)
        fields.setdefault("email", f"personne{number}@example.invalid")
        fields.setdefault("first_name", f"Prénom{number}")
        fields.setdefault("last_name", f"Nom{number}")
        user = User.objects.create_user(**fields)
        if role:
            body = Organisation.objects.get(pk=organisation.pk)
            start = datetime.date(2020, 1, 1)
            Membership.objects.create(user=user, role=role, organisation=body, team=team, start=start)
        return user

    return make


@pytest.fixture
def agent(make_user, operator):
    return make_user("agent", operator, first_name="Paul", last_name="Caron")


@pytest.fixture
def secretary(make_user, doullens):
    return make_user("secretary", doullens, first_name="Sylvie", last_name="Caron")


@pytest.fixture
def resident(make_user):
    return make_user(first_name="Jeanne", last_name="Lefebvre", email="jeanne.lefebvre@example.invalid")


@pytest.fixture
def make_report(operator, doullens, pothole):
    def make(actor=None, **fields):
        fields.setdefault("category", pothole)
        fields.setdefault("location", PLACE)
        fields.setdefault("address", "Rue du Bourg, Doullens")
        fields.setdefault("description", "Un trou au milieu de la chaussée.")
        return actions.create_report(actor=actor, **fields).report

    return make


@pytest.fixture
def report(make_report, agent):
    return make_report()


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args):
        """Nothing."""


@pytest.fixture
def address(transactional_db):
    """The interface on a real port."""
    application = get_wsgi_application()

    def serve(environ, start):
        try:
            return list(application(environ, start))
        finally:
            connection.close()

    with make_server("127.0.0.1", 0, serve, handler_class=_Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}{API}"
        server.shutdown()
        thread.join()
