import datetime
import io

import pytest
from django.utils import timezone
from pypdf import PdfReader

from beffroi.kernel.models import Delivery, Entry
from beffroi.kernel.notices import filling
from beffroi.shared.people import acting, actions
from beffroi.shared.people.errors import Refused, WrongCode
from beffroi.shared.people.models import Mandate, RelativeInvitation, months_later
from tests.shared.people.conftest import digits_sent, wrong

TODAY = timezone.localdate


def give(person, agent, consent="paper", **values):
    details = {"quality": "adviser", "scope": "Suivre sa demande", "end": months_later(TODAY(), 3), **values}
    return actions.create_mandate(person, actor=agent, agent=agent, consent=consent, **details)


def form(**values):
    return {
        "quality": "adviser",
        "scope": "Suivre sa demande",
        "end": months_later(TODAY(), 3).isoformat(),
        "consent": "paper",
        "witnessed": "on",
        **values,
    }


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2028-02-29", 12, "2029-02-28"),
        ("2027-02-28", 12, "2028-02-28"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-12-31", 1, "2027-01-31"),
        ("2026-08-31", 6, "2027-02-28"),
        ("2026-01-15", 12, "2027-01-15"),
    ],
)
def test_months_later_stays_in_the_month(day, months, expected):
    assert months_later(datetime.date.fromisoformat(day), months).isoformat() == expected


def test_a_year_from_29_february_ends_on_the_28th(odette, adviser):
    start = datetime.date(2028, 2, 29)
    give(odette, adviser, start=start, end=datetime.date(2029, 2, 28))
    with pytest.raises(Refused, match="un an au plus"):
        give(odette, adviser, start=start, end=datetime.date(2029, 3, 1))


def test_paper_mandate_given_at_the_desk_is_valid_at_once(odette, adviser, enter):
    client = enter(adviser)
    url = f"/bureau/habitants/{odette.pk}/mandat/"
    assert "Cochez cette case" in client.post(url, form(witnessed="")).content.decode()
    assert client.post(url, form()).status_code == 302
    mandate = Mandate.objects.get()
    assert mandate.is_active
    assert mandate.reference == f"MAN-{TODAY().year}-{mandate.pk:06d}"
    assert acting.acting_for(adviser, mandate.reference).person == odette
    lines = Entry.objects.filter(target_id=mandate.pk, verb__startswith="people.mandate").order_by("id")
    assert [line.verb for line in lines] == ["people.mandate", "people.mandate_agreed"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"end": "2020-01-01"}, "est passé"),
        ({"end": "2099-01-01"}, "un an au plus"),
        ({"scope": ""}, "obligatoire"),
        ({"consent": "sms"}, "choix valide"),
        ({"consent": "email"}, "choix valide"),
        ({"consent": ""}, "obligatoire"),
        ({"quality": "relative"}, "choix valide"),
    ],
)
def test_mandate_with_a_fault_is_refused_in_words(odette, adviser, enter, change, words):
    page = enter(adviser).post(f"/bureau/habitants/{odette.pk}/mandat/", form(**change)).content.decode()
    assert words in page
    assert not Mandate.objects.exists()


def test_mandate_by_sms_waits_for_the_code(odette, adviser, enter, settings):
    settings.DEMO = True
    actions.change_person(odette, actor=None, phone="06 39 98 00 01")
    client = enter(adviser)
    client.post(f"/bureau/habitants/{odette.pk}/mandat/", form(consent="sms", witnessed=""))
    mandate = Mandate.objects.get()
    assert not mandate.is_active
    with pytest.raises(Refused):
        acting.acting_for(adviser, mandate.reference)
    assert Delivery.objects.get().address == "+33639980001"
    digits = digits_sent()
    page = client.post(mandate.get_absolute_url(), {"code": wrong(digits)}).content.decode()
    assert "Il reste 4 essais" in page
    assert client.post(mandate.get_absolute_url(), {"code": digits}).status_code == 302
    assert acting.acting_for(adviser, mandate.reference) == mandate


def test_code_of_one_mandate_does_not_open_another(odette, adviser, settings):
    settings.DEMO = True
    first, second = (give(odette, adviser, "sms") for _ in range(2))
    digits = digits_sent()
    with pytest.raises(WrongCode):
        actions.confirm_mandate(first, digits, actor=adviser)
    actions.confirm_mandate(second, digits, actor=adviser)


def test_mandate_online_waits_for_the_person_in_their_space(make_user, adviser, enter):
    resident = make_user()
    mandate = give(actions.person_of(resident), adviser, "online")
    stranger = enter(make_user()).post(f"/compte/mandats/{mandate.reference}/accepter/")
    assert stranger.status_code == 404
    enter(adviser).post(f"/compte/mandats/{mandate.reference}/accepter/")
    mandate.refresh_from_db()
    assert mandate.agreed_at is None, "the holder cannot agree in the person's place"
    client = enter(resident)
    assert "J’accepte" in client.get("/compte/mandats/").content.decode()
    client.post(f"/compte/mandats/{mandate.reference}/accepter/")
    assert acting.acting_for(adviser, mandate.reference) == mandate


def test_revoked_mandate_allows_nothing(odette, adviser):
    mandate = give(odette, adviser)
    actions.revoke_mandate(mandate, actor=adviser, reason="Demande de Mme Fournier")
    with pytest.raises(Refused):
        acting.acting_for(adviser, mandate.reference)
    assert list(acting.mandates_of(adviser)) == []
    with pytest.raises(Refused, match="déjà"):
        actions.revoke_mandate(mandate, actor=adviser)


def test_mandate_expires_alone(odette, adviser):
    mandate = give(odette, adviser)
    Mandate.objects.update(start=TODAY() - datetime.timedelta(days=40), end=TODAY() - datetime.timedelta(days=1))
    mandate.refresh_from_db()
    assert mandate.status[0] == "Terminé"
    with pytest.raises(Refused):
        acting.acting_for(adviser, mandate.reference)
    Mandate.objects.update(end=TODAY())
    assert acting.acting_for(adviser, mandate.reference) == mandate, "the last day counts"


def test_mandate_to_come_allows_nothing_yet(odette, adviser):
    tomorrow = TODAY() + datetime.timedelta(days=1)
    mandate = give(odette, adviser, start=tomorrow)
    with pytest.raises(Refused):
        acting.acting_for(adviser, mandate.reference)


def test_mandate_serves_its_holder_and_its_services_only(odette, adviser, make_user):
    mandate = give(odette, adviser, services=["reports"])
    with pytest.raises(Refused):
        acting.acting_for(make_user("adviser"), mandate.reference)
    with pytest.raises(Refused, match="ne couvre pas"):
        acting.acting_for(adviser, mandate.reference, service="contact")
    assert acting.acting_for(adviser, mandate.reference, service="reports") == mandate


def test_mandate_for_oneself_is_refused(make_user):
    user = make_user("adviser")
    with pytest.raises(Refused, match="soi-même"):
        give(actions.person_of(user), user)


def test_person_is_told_and_may_revoke_without_a_reason(make_user, adviser, enter):
    resident = make_user()
    mandate = give(actions.person_of(resident), adviser)
    for entry in Entry.objects.filter(verb="people.mandate_agreed"):
        filling.fill(entry)
    told = Delivery.objects.get(user=resident, channel="email")
    assert mandate.reference in told.body
    assert mandate.scope not in told.subject
    client = enter(resident)
    assert client.get(f"/mandats/{mandate.reference}.pdf").status_code == 200
    assert client.post(f"/compte/mandats/{mandate.reference}/terminer/", {"reason": ""}).status_code == 302
    mandate.refresh_from_db()
    assert mandate.revoked_by == resident
    for entry in Entry.objects.filter(verb="people.mandate_revoked"):
        filling.fill(entry)
    assert Delivery.objects.filter(user=adviser, channel="email").exists()


def test_person_without_account_is_told_by_telephone(odette, adviser, settings):
    settings.DEMO = True
    give(odette, adviser)
    for entry in Entry.objects.filter(verb="people.mandate_agreed"):
        filling.fill(entry)
    assert Delivery.objects.get().channel == "sms"


def test_body_revokes_with_a_reason(odette, adviser, enter, make_user, doullens):
    mandate = give(odette, adviser, organisation=odette.registered_by)
    other = enter(make_user("adviser"))
    url = f"/bureau/mandats/{mandate.reference}/revoquer/"
    assert "obligatoire" in other.post(url, {"reason": ""}).content.decode()
    assert other.post(url, {"reason": "Départ du conseiller"}).status_code == 302
    mandate.refresh_from_db()
    assert mandate.revoked_reason == "Départ du conseiller"


def test_mandate_of_another_body_does_not_exist(odette, adviser, enter, make_user, doullens):
    mandate = give(odette, adviser, organisation=odette.registered_by)
    secretary = enter(make_user("secretary", doullens))
    for end in ("", "revoquer/"):
        assert secretary.get(f"/bureau/mandats/{mandate.reference}/{end}").status_code == 404
    assert secretary.get(f"/mandats/{mandate.reference}.pdf").status_code == 404
    assert mandate.reference not in secretary.get("/bureau/mandats/").content.decode()


def test_receipt_is_an_accessible_pdf_that_says_how_to_revoke(odette, adviser, enter):
    mandate = give(odette, adviser, scope="Suivre #set [x] $1")
    reader = PdfReader(io.BytesIO(enter(adviser).get(f"/mandats/{mandate.reference}.pdf").content))
    text = "".join(page.extract_text() for page in reader.pages)
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    for words in (mandate.reference, "Odette Fournier", "Yanis Delobel", "révoquer", "Signature"):
        assert words in text


def test_relative_invited_accepts_and_acts(make_user, enter):
    resident, relative = make_user(first_name="Paul"), make_user()
    client = enter(resident)
    data = {"email": relative.email, "scope": "Écrire aux services", "months": "6"}
    assert client.post("/compte/mandats/", data).status_code == 302
    invitation = RelativeInvitation.objects.get()
    (entry,) = Entry.objects.filter(verb="people.relative_invited")
    filling.fill(entry)
    assert invitation.token in Delivery.objects.get().body
    link = f"/proche/{invitation.token}/"
    assert "propre invitation" in client.get(link).content.decode()
    assert "Paul" in enter(relative).get(link).content.decode()
    assert enter(relative).post(link).status_code == 302
    mandate = Mandate.objects.get()
    assert (mandate.agent, mandate.quality, mandate.consent) == (relative, "relative", "online")
    assert mandate.end == months_later(TODAY(), 6)
    assert acting.acting_for(relative, mandate.reference).person.user == resident
    assert enter(make_user()).post(link).status_code == 404, "a link serves once"


def test_relative_invitation_withdrawn_or_late_is_worth_nothing(make_user, enter):
    resident, relative = make_user(), make_user()
    person = actions.person_of(resident)
    invitation = actions.invite_relative(person, actor=resident, email=relative.email, scope="x", months=3)
    enter(resident).post(f"/compte/mandats/invitations/{invitation.pk}/retirer/")
    assert enter(relative).post(f"/proche/{invitation.token}/").status_code == 404
    late = actions.invite_relative(person, actor=resident, email=relative.email, scope="x", months=3)
    RelativeInvitation.objects.filter(pk=late.pk).update(expires_at=timezone.now())
    assert enter(relative).get(f"/proche/{late.token}/").status_code == 404
    assert not Mandate.objects.exists()


def test_relative_invitation_to_oneself_or_twice_is_refused(make_user):
    resident = make_user()
    person = actions.person_of(resident)
    with pytest.raises(Refused, match="pas la vôtre"):
        actions.invite_relative(person, actor=resident, email=resident.email.upper(), scope="x", months=3)
    actions.invite_relative(person, actor=resident, email="proche@example.invalid", scope="x", months=3)
    with pytest.raises(Refused, match="attend déjà"):
        actions.invite_relative(person, actor=resident, email="Proche@example.invalid", scope="x", months=3)
