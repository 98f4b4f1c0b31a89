"""A report filed at the desk for a resident who has a file, under the mandate that they gave."""

import datetime

import pytest
from django.utils import timezone

from beffroi.modules.reports.models import Report
from beffroi.shared.people.actions import create_mandate, create_person
from tests.modules.reports.conftest import PLACE

pytestmark = pytest.mark.django_db


def test_desk_files_under_a_mandate_for_a_person_who_is_told(client, make_user, operator, doullens, pothole):
    adviser = make_user("adviser", operator)
    person = create_person(actor=adviser, first_name="Odette", last_name="Morel", phone="0639980011", commune=doullens)
    end = timezone.localdate() + datetime.timedelta(days=60)
    mandate = create_mandate(
        person, actor=adviser, agent=adviser, quality="adviser", scope="Démarches", consent="paper", end=end,
        organisation=operator, agreed=True,
    )  # fmt: skip
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
