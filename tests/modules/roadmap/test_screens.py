"""Every page of the manifest opens for those who may, and for nobody else."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from beffroi.kernel import modules
from beffroi.modules.roadmap.manifest import module
from beffroi.modules.roadmap.models import Action
from tests.modules.roadmap.factories import make_user

FILES = ("csv", "xlsx", "ods")


def address(page: modules.Page) -> str:
    arguments = page.args()
    assert arguments is not None, page.url_name
    return reverse(page.url_name, args=tuple(arguments))


def client_of(user=None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def test_pages_of_the_manifest_open_for_the_administrator(roadmap):
    client = client_of(make_user("admin", roadmap.organisation))
    for page in module.pages:
        response = client.get(address(page))
        assert response.status_code == 200, page.url_name
        text = response.content.decode()
        assert len(re.findall(r"<h1[ >]", text)) == 1, page.url_name
        assert len(response.content) < 60_000, (page.url_name, len(response.content))
        for broken in (" : </", "None<", "{{", "{%"):
            assert broken not in text, (page.url_name, broken)


def test_pages_of_the_desk_are_closed_to_residents(roadmap):
    client = client_of(make_user())
    for page in module.pages:
        assert client.get(address(page)).status_code == (403 if page.permission else 200), page.url_name


def test_pages_of_writing_are_closed_to_those_who_only_read(roadmap):
    client = client_of(make_user("elected", roadmap.organisation))
    for page in module.pages:
        expected = 403 if page.permission == "roadmap.edit" else 200
        assert client.get(address(page)).status_code == expected, page.url_name


@pytest.mark.parametrize("what", ["liste", "budget"])
@pytest.mark.parametrize("kind", FILES)
def test_files_of_the_plan_are_downloaded(roadmap, what, kind):
    client = client_of(make_user("agent", roadmap.organisation))
    response = client.get(f"/bureau/feuille-de-route/plans/{roadmap.slug}/{what}.{kind}")
    assert response.status_code == 200
    assert f".{kind}" in response["Content-Disposition"]


def test_every_action_opens_at_the_desk(roadmap):
    client = client_of(make_user("admin", roadmap.organisation))
    for action in Action.objects.all():
        assert client.get(reverse("roadmap:action", args=[action.slug])).status_code == 200
