"""An action is linked to the objects of the other parts, found by the index: only those that the person may see."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from beffroi.kernel.models import SearchEntry
from beffroi.modules.roadmap import actions
from beffroi.shared.organisations import actions as bodies
from beffroi.shared.organisations.models import Organisation
from tests.modules.roadmap.factories import make_action, make_axis, make_organisation, make_plan, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def action():
    return make_action(make_axis(make_plan()), title="Raccorder les hameaux")


@pytest.fixture
def secret():
    """A restricted action of another body: its people alone find it."""
    return make_action(make_axis(make_plan(make_organisation(), is_public=False)), title="Vendre la gendarmerie")


@pytest.fixture
def body():
    """Everyone finds a public body."""
    return bodies.put_body(actor=None, kind=Organisation.Kind.SYNDICAT, name="Syndicat des fontaines")


def entry_of(target) -> SearchEntry:
    return SearchEntry.objects.get(target_type=ContentType.objects.get_for_model(target), target_id=target.pk)


def page(client, action, **query) -> str:
    return client.get(reverse("roadmap:link", args=[action.slug]), query).content.decode()


def choose(client, action, entry):
    return client.post(reverse("roadmap:link", args=[action.slug]), {"objet": entry.pk})


def test_object_is_found_linked_once_and_read(client, action, body):
    client.force_login(make_user("admin", action.axis.plan.organisation))
    assert "Syndicat des fontaines" in page(client, action, q="fontaines")
    assert "Rien de ce que vous pouvez voir" in page(client, action, q="licorne")
    for _time in range(2):
        assert choose(client, action, entry_of(body)).status_code == 302
    assert action.links.get().target == body
    shown = client.get(reverse("roadmap:action", args=[action.slug])).content.decode()
    assert f'<a href="{entry_of(body).url}">' in shown
    assert "Syndicat des fontaines" in shown


def test_object_that_the_person_may_not_see_is_neither_offered_nor_taken(client, action, secret):
    client.force_login(make_user("admin", action.axis.plan.organisation))
    assert "Vendre la gendarmerie" not in page(client, action, q="gendarmerie")
    assert choose(client, action, entry_of(secret)).status_code == 404
    assert client.post(reverse("roadmap:link", args=[action.slug]), {"objet": "x"}).status_code == 404
    assert not action.links.exists()


def test_link_shows_its_object_only_to_those_who_may_see_it(client, action, secret):
    entry = entry_of(secret)
    actions.add_link(action, actor=None, label=entry.title, target=secret)
    url = reverse("roadmap:action", args=[action.slug])
    client.force_login(make_user("elected", action.axis.plan.organisation))
    shown = client.get(url).content.decode()
    assert "objet d’un autre service" in shown
    assert "gendarmerie" not in shown
    public = client.get(reverse("roadmap:public_action", args=[action.slug])).content.decode()
    assert "gendarmerie" not in public
    client.force_login(make_user("admin", secret.axis.plan.organisation))
    assert "Vendre la gendarmerie" in client.get(url).content.decode()


def test_action_is_not_linked_to_itself(client, action):
    client.force_login(make_user("admin", action.axis.plan.organisation))
    assert choose(client, action, entry_of(action)).status_code == 404
    assert 'name="objet"' not in page(client, action, q="hameaux")
