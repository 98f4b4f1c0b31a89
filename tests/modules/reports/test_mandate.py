"""A report filed for somebody else, at the desk or on the portal, under the mandate that they gave."""

import datetime
import re

import pytest
from django.utils import timezone

from beffroi.modules.reports.models import Report
from beffroi.shared.people.actions import create_mandate, create_person, revoke_mandate
from tests.modules.reports.conftest import PLACE

pytestmark = pytest.mark.django_db


def test_desk_files_under_a_mandate_for_a_person_who_is_told(client, make_user, operator, doullens, pothole):
    adviser = make_user("adviser", operator)
    person = create_person(actor=adviser, first_name="Odette", last_name="Morel", phone="0639980011", commune=doullens)
    end = timezone.localdate() + datetime.timedelta(days=60)
    mandate = create_mandate(
        person,
        actor=adviser,
        agent=adviser,
        quality="adviser",
        scope="Démarches",
        consent="paper",
        end=end,
        organisation=operator,
        agreed=True,
    )
    client.force_login(adviser)
    address = f"/bureau/signalements/nouveau/?personne={person.pk}"
    page = client.get(address).content.decode()
    assert "Odette Morel" in page
    assert "contact_name" not in page
    lon, lat = PLACE
    data = {"category": pothole.pk, "longitude": lon, "latitude": lat, "channel": "counter", "description": "Un trou"}
    assert client.post(address, data).status_code == 302
    report = Report.objects.get()
    assert (report.person, report.mandate, report.filed_by) == (person, mandate, adviser)
    assert report in Report.objects.mine(adviser)


@pytest.fixture
def relative(make_user):
    return make_user()


@pytest.fixture
def mandate(relative, doullens):
    """Odette, who has no account, lets a relative report problems for her."""
    person = create_person(actor=None, first_name="Odette", last_name="Morel", phone="0639980011", commune=doullens)
    end = timezone.localdate() + datetime.timedelta(days=60)
    return create_mandate(
        person,
        actor=None,
        agent=relative,
        quality="relative",
        scope="Voirie",
        consent="paper",
        end=end,
        services=["signaler"],
    )


def last_step(client):
    """The check, as shown once the other steps are filled in."""
    lon, lat = PLACE
    client.post("/signalements/nouveau/", {"category": "nid-de-poule"})
    client.post("/signalements/nouveau/lieu/", {"longitude": lon, "latitude": lat, "address": "Rue du Bourg"})
    client.post("/signalements/nouveau/description/", {"description": "Un trou devant chez elle."})
    client.post("/signalements/nouveau/deja-signale/")
    client.get("/signalements/nouveau/coordonnees/")
    return client.get("/signalements/nouveau/verification/").content.decode()


def send(client, page, behalf):
    number = re.search(r'name="client_uuid" value="([^"]+)"', page)[1]
    return client.post("/signalements/nouveau/verification/", {"client_uuid": number, "behalf": behalf})


@pytest.mark.usefixtures("agent", "pothole")
def test_relative_reports_for_the_person_who_gave_a_mandate(client, relative, mandate):
    client.force_login(relative)
    page = last_step(client)
    assert "Pour qui" in page
    assert "Odette Morel" in page
    assert send(client, page, mandate.reference).status_code == 302
    report = Report.objects.get()
    found = (report.person, report.mandate, report.filed_by, report.requester)
    assert found == (mandate.person, mandate, relative, None)


@pytest.mark.usefixtures("agent", "pothole", "mandate")
def test_relative_still_reports_for_themselves(client, relative):
    client.force_login(relative)
    assert send(client, last_step(client), "").status_code == 302
    report = Report.objects.get()
    assert (report.person, report.mandate, report.requester) == (None, None, relative)


@pytest.mark.usefixtures("agent", "pothole")
def test_mandate_that_does_not_allow_it_makes_no_report(client, make_user, relative, mandate):
    client.force_login(make_user())
    page = last_step(client)
    assert "Pour qui" not in page
    refused = send(client, page, mandate.reference).content.decode()
    assert "valable" in refused
    assert not Report.objects.exists()
    client.force_login(relative)
    page = last_step(client)
    revoke_mandate(mandate, actor=relative)
    refused = send(client, page, mandate.reference).content.decode()
    assert "valable" in refused
    assert not Report.objects.exists()


@pytest.mark.usefixtures("agent", "pothole")
def test_mandate_for_another_service_is_not_offered(client, relative, mandate):
    mandate.services = ["contact"]
    mandate.save()
    client.force_login(relative)
    assert "Pour qui" not in last_step(client)
