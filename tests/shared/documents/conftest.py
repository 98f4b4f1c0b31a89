import datetime
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from beffroi.shared.documents import actions
from beffroi.shared.documents.models import Activity, Series
from beffroi.shared.files.actions import store_upload
from tests.shared.cases.conftest import _store, agent, commune, make_user, operator, resident, team  # noqa: F401

TEXT = "Le conseil approuve la convention de prêt de la salle des fêtes."


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME = tmp_path
    return tmp_path


@pytest.fixture
def people(make_user, operator, team):  # noqa: F811
    """{name: account}: who manages, an agent of the team, one outside it, an elected member."""
    return {
        "manager": make_user("admin", operator, last_name="Gère"),
        "inside": make_user("agent", operator, team=team, last_name="Dedans"),
        "outside": make_user("agent", operator, last_name="Dehors"),
        "elected": make_user("elected", operator, last_name="Élue"),
    }


@pytest.fixture
def space(people, operator):  # noqa: F811
    return actions.create_space(actor=people["manager"], organisation=operator, name="Essais")


@pytest.fixture
def team_space(people, operator, team):  # noqa: F811
    return actions.create_space(actor=people["manager"], organisation=operator, name="Équipe", team=team)


@pytest.fixture
def make_folder(people, space):
    def make(name="Dossier", *, parent=None, actor=None, where=None, **more):
        more.setdefault("opened_on", datetime.date(2015, 1, 1))
        return actions.create_folder(
            actor=actor or people["manager"], space=where or space, name=name, parent=parent, **more
        )

    return make


@pytest.fixture
def make_series(people, operator):  # noqa: F811
    def make(years=10, trigger="closing", fate="destroy", **more):
        activity = Activity.objects.filter(organisation=operator).first()
        if activity is None:
            activity = actions.save_activity(
                Activity(organisation=operator, code="1", title="Essais"), actor=people["manager"]
            )
        count = Series.objects.count() + 1
        series = Series(
            activity=activity,
            code=f"1.{count}",
            title=f"Série {count}",
            years=years,
            trigger=trigger,
            fate=fate,
            **more,
        )
        return actions.save_series(series, actor=people["manager"])

    return make


def sent(name="note.txt", content=None):
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, TEXT.encode() if content is None else content, "application/octet-stream")


@pytest.fixture
def make_document(people, space):
    def make(name="note.txt", content=None, *, folder=None, actor=None, where=None, **more):
        content = TEXT.encode() if content is None else content
        file = store_upload(sent(name, content), actor=actor or people["manager"], kind="document")
        more.setdefault("read", False)
        return actions.add_document(
            actor=actor or people["manager"],
            space=folder.space if folder else where or space,
            folder=folder,
            file=file,
            name=name,
            **more,
        )

    return make


def docx_bytes(*lines: str) -> bytes:
    import docx

    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()
