"""Who leaves with the child: their photo, their signature, and how both are forgotten."""

import datetime
import io
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from beffroi.modules.childcare import actions, retention, sheets
from beffroi.modules.childcare.models import Attendance, Booking, Contact, Tick
from beffroi.modules.childcare.wishes import Wish
from beffroi.shared.files.models import StoredFile
from tests.modules.childcare.conftest import NOW, WEDNESDAY


def picture(name="photo.png", colour="red"):
    output = io.BytesIO()
    Image.new("RGB", (300, 200), colour).save(output, "PNG")
    return SimpleUploadedFile(name, output.getvalue(), content_type="image/png")


@pytest.fixture
def day(monkeypatch):
    """The Wednesday of the booking, in the evening."""
    moment = timezone.make_aware(datetime.datetime.combine(WEDNESDAY, datetime.time(17)))
    monkeypatch.setattr(timezone, "now", lambda: moment)
    return moment


@pytest.fixture
def child(activity, make_family):
    child = make_family(activity=activity)
    wishes = [Wish(WEDNESDAY, child.pk, activity.units.get(code="journee").pk)]
    actions.book(wishes, {child.pk: child.home}, actor=child.parent, now=NOW)
    child.booking = Booking.objects.get(child=child)
    return child


@pytest.fixture
def contact(child):
    return actions.save_contact(Contact(home=child.home, name="Odette", phone="03 53 01 00 01"), actor=child.parent)


def opened(client, address) -> int:
    """The status of a file, read to its end."""
    answer = client.get(address)
    if answer.streaming:
        answer.getvalue()
    return answer.status_code


def give_photo(client, child, contact, colour="red"):
    address = f"/compte/enfance/enfant/{child.pk}/personne/{contact.pk}/"
    data = {"name": contact.name, "phone": contact.phone, "may_pick_up": "on", "photos": picture(colour=colour)}
    client.force_login(child.parent)
    assert client.post(address, data).status_code == 302
    return StoredFile.objects.about(contact).get()


def test_a_photo_is_given_replaced_and_seen_by_the_team_only(
    client, child, contact, facilitator, make_user, add_parent, day
):
    first = give_photo(client, child, contact)
    second = give_photo(client, child, contact, "blue")
    assert first.pk != second.pk
    assert not StoredFile.objects.filter(pk=first.pk).exists()
    assert opened(client, second.url) == 200
    other = add_parent(child)
    for user, status in ((facilitator, 200), (other.parent, 404), (make_user(), 404)):
        client.force_login(user)
        assert opened(client, second.url) == status
    client.force_login(facilitator)
    actions.tick(child.booking, "arrived", actor=facilitator, at=day - datetime.timedelta(hours=8))
    page = client.get(f"/terrain/enfance/{child.booking.group.site.slug}/").content.decode()
    assert f"{second.thumbnail_url('petite')}?garder" in page


def test_a_photo_kept_stays_when_the_rest_changes(client, child, contact):
    held = give_photo(client, child, contact)
    address = f"/compte/enfance/enfant/{child.pk}/personne/{contact.pk}/"
    assert held.thumbnail_url() in client.get(address).content.decode()
    data = {"name": "Odette F.", "phone": contact.phone, "may_pick_up": "on"}
    assert client.post(address, data).status_code == 302
    contact.refresh_from_db()
    assert contact.name == "Odette F."
    assert StoredFile.objects.about(contact).get().pk == held.pk
    client.post(address, data | {"no_photo": "on"})
    assert not StoredFile.objects.about(contact).exists()


def test_photos_of_a_sheet_cost_one_query(client, child, contact, django_assert_num_queries):
    give_photo(client, child, contact)
    site = child.booking.group.site
    with django_assert_num_queries(6):
        sheet = sheets.read(site, WEDNESDAY)
    assert [adult["name"] for adult in sheet.rows[0].photos] == ["Odette"]


def leave(client, child, contact, key=None, **fields):
    data = {
        "booking": child.booking.pk,
        "kind": "left",
        "with": f"c-{contact.pk}",
        "client_uuid": key or str(uuid.uuid4()),
    } | fields
    return client.post("/bureau/enfance/pointer/", data)


def test_the_one_who_comes_signs_and_a_replay_signs_once(client, child, contact, facilitator, day):
    client.force_login(facilitator)
    key = str(uuid.uuid4())
    assert leave(client, child, contact, key, signature=picture("signature.png")).status_code == 302
    assert leave(client, child, contact, key, signature=picture("signature.png")).status_code == 302
    (tick,) = Tick.objects.all()
    (signature,) = StoredFile.objects.about(tick)
    assert Attendance.objects.get().left_with == "Odette"
    assert opened(client, signature.url) == 200
    client.force_login(child.parent)
    assert opened(client, signature.url) == 200


def test_the_other_home_does_not_see_who_signed(client, child, contact, facilitator, add_parent, make_user, day):
    other = add_parent(child)
    client.force_login(facilitator)
    leave(client, child, contact, signature=picture())
    signature = StoredFile.objects.about(Tick.objects.get()).get()
    for user in (other.parent, make_user()):
        client.force_login(user)
        assert opened(client, signature.url) == 404


def test_what_is_not_a_picture_is_refused_and_nothing_is_ticked(client, child, contact, facilitator, day):
    client.force_login(facilitator)
    answer = leave(client, child, contact, signature=SimpleUploadedFile("signature.png", b"bonjour"))
    assert answer.status_code == 200
    assert not Tick.objects.exists()


def test_signatures_are_forgotten_after_a_year_and_photos_with_the_person(client, child, contact, facilitator, day):
    give_photo(client, child, contact)
    client.force_login(facilitator)
    leave(client, child, contact, signature=picture("signature.png", "blue"))
    assert not retention.old_signatures(day + datetime.timedelta(days=300)).exists()
    rule = next(one for one in retention.RULES if one.code == "childcare.signatures")
    (tick,) = rule.due(day + datetime.timedelta(days=366))
    rule.apply(tick)
    assert not rule.due(day + datetime.timedelta(days=366)).exists()
    actions.remove_contact(contact, actor=child.parent)
    assert not StoredFile.objects.exists()


def test_erasing_a_child_takes_both_away(client, child, contact, facilitator, day):
    give_photo(client, child, contact)
    client.force_login(facilitator)
    leave(client, child, contact, signature=picture("signature.png", "blue"))
    actions.erase_child(child)
    assert not StoredFile.objects.exists()
