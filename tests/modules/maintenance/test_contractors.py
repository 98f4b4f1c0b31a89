import threading
import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from beffroi.kernel.models import Delivery, Entry
from beffroi.kernel.notices import filling
from beffroi.modules.maintenance import actions
from beffroi.modules.maintenance.models import ContractorAccess, Note
from beffroi.shared.organisations.models import Organisation


@pytest.fixture
def company(db):
    return Organisation.objects.create(kind="company", name="Travaux du Nord (exemple)", slug="travaux-du-nord")


@pytest.fixture
def access(operator, dispatcher, company):
    return actions.give_access(
        actor=dispatcher, organisation=operator, contractor=company, email="entreprise@example.invalid"
    )


@pytest.fixture
def given(make_order, company):
    return make_order(contractor=company, title="Reprendre le mur", description="Trois mètres")


def answer_url(access, order, verb):
    return reverse("maintenance:contractor_answer", args=[access.token, order.reference, verb])


def test_contractor_sees_its_orders_and_no_other(client, access, given, make_order, operator):
    other = make_order(title="Secret d’ailleurs")
    page = client.get(access.get_absolute_url()).content.decode()
    assert "Reprendre le mur" in page
    assert "Secret d’ailleurs" not in page
    assert client.get(reverse("maintenance:contractor_order", args=[access.token, other.reference])).status_code == 404
    assert client.get(reverse("maintenance:contractor_order", args=[access.token, given.reference])).status_code == 200


def test_link_of_another_body_opens_nothing_of_this_one(client, given, dispatcher, company, make_user):
    elsewhere = Organisation.objects.create(kind="epci", name="CC voisine", slug="cc-voisine")
    other = actions.give_access(
        actor=dispatcher, organisation=elsewhere, contractor=company, email="entreprise@example.invalid"
    )
    assert client.get(reverse("maintenance:contractor_order", args=[other.token, given.reference])).status_code == 404


def test_link_that_is_expired_revoked_renewed_or_forged_opens_nothing(client, access, dispatcher):
    first = access.get_absolute_url()
    assert client.get(first).status_code == 200
    assert client.get(first.replace(access.token, access.token[:-2] + "xx")).status_code == 404
    actions.renew_access(access, actor=dispatcher)
    assert client.get(first).status_code == 404
    second = access.get_absolute_url()
    assert client.get(second).status_code == 200
    ContractorAccess.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert client.get(second).status_code == 404
    ContractorAccess.objects.update(expires_at=timezone.now() + timedelta(days=1))
    assert client.get(second).status_code == 200
    actions.revoke_access(access, actor=dispatcher)
    answer = client.get(second)
    assert answer.status_code == 404
    assert "ne s’ouvre plus" in answer.content.decode()


def test_page_of_a_link_is_told_to_nobody(client, access):
    answer = client.get(access.get_absolute_url())
    assert answer["Referrer-Policy"] == "same-origin"
    assert "no-store" in answer["Cache-Control"]
    assert "noindex" in answer["X-Robots-Tag"]


@pytest.mark.parametrize(
    ("verb", "form", "kind", "looks"),
    [
        ("accepter", {}, "accept", False),
        ("refuser", {"text": "Pas de disponibilité"}, "refuse", True),
        ("remarque", {"text": "Accès par la cour"}, "note", False),
        ("cout", {"amount": "1250.50", "text": "Fourniture et pose"}, "quote", True),
        ("termine", {"text": "Mur repris"}, "done", True),
    ],
)
def test_contractor_answers_and_the_dispatcher_looks(client, access, given, verb, form, kind, looks):
    assert client.post(answer_url(access, given, verb), form).status_code == 302
    given.refresh_from_db()
    note = given.notes.get()
    assert (note.kind, note.who, given.state) == (kind, "Travaux du Nord (exemple)", "open")
    assert (given.disputed_at is not None) is looks


@pytest.mark.parametrize(
    ("verb", "form"), [("refuser", {}), ("termine", {}), ("cout", {}), ("remarque", {}), ("cout", {"amount": "-3"})]
)
def test_answer_that_says_nothing_is_refused_at_its_field(client, access, given, verb, form):
    answer = client.post(answer_url(access, given, verb), form)
    assert answer.status_code == 200
    assert "error-summary" in answer.content.decode()
    assert not Note.objects.exists()


def test_work_that_is_finished_receives_nothing_more(client, access, given, worker):
    actions.close_order(given, actor=worker, text="Fait")
    assert (
        "ne reçoit plus rien"
        in client.post(answer_url(access, given, "termine"), {"text": "Moi aussi"}).content.decode()
    )


def test_dispatcher_ends_what_the_contractor_says_done(client, access, given, dispatcher):
    note, _created = actions.answer_as_contractor(access, given, kind="done", text="Mur repris")
    client.force_login(dispatcher)
    page = client.get(given.get_absolute_url()).content.decode()
    assert "Mur repris" in page
    url = f"{reverse('maintenance:close', args=[given.reference])}?remarque={note.pk}"
    assert "Mur repris" in client.get(url).content.decode()
    client.post(url, {"text": "Mur repris, constaté"})
    given.refresh_from_db()
    assert (given.state, given.disputed_at) == ("done", None)


def test_cost_proposed_becomes_an_expense(client, access, given, dispatcher):
    note, _created = actions.answer_as_contractor(access, given, kind="quote", amount="800.00")
    client.force_login(dispatcher)
    page = client.get(f"{reverse('maintenance:expense', args=[given.reference])}?remarque={note.pk}").content.decode()
    assert "800" in page
    assert "Travaux du Nord (exemple)" in page


def test_contractor_is_told_of_the_link_and_of_each_new_order(access, given):
    for verb in ("maintenance.access", "maintenance.contract"):
        filling.fill(Entry.objects.get(verb=verb))
    told = list(Delivery.objects.filter(address="entreprise@example.invalid").order_by("created_at"))
    assert len(told) == 2
    assert all(f"/entreprise/{access.token}/" in one.body for one in told)
    assert "Reprendre le mur" in told[1].body
    assert "Reprendre" not in told[1].subject


def test_other_company_is_named_and_known_next_time(operator, dispatcher):
    for _ in range(2):
        actions.give_access(actor=dispatcher, organisation=operator, name="Maçonnerie Neuve", email="m@example.invalid")
    assert Organisation.objects.filter(kind="company", name="Maçonnerie Neuve").count() == 1
    with pytest.raises(ValidationError):
        actions.give_access(actor=dispatcher, organisation=operator, email="m@example.invalid")


@pytest.mark.parametrize("role", ["admin", "agent", "elected", "secretary"])
def test_links_are_given_by_those_who_dispatch(client, make_user, operator, role):
    client.force_login(make_user(role, operator))
    assert client.get(reverse("maintenance:contractors")).status_code == (
        200 if role in ("admin", "secretary") else 403
    )


def test_links_are_given_renewed_and_taken_back_from_the_page(client, dispatcher, operator, company):
    client.force_login(dispatcher)
    url = reverse("maintenance:contractors")
    form = {"organisation": operator.pk, "contractor": company.pk, "email": "e@example.invalid", "days": 30}
    assert "e@example.invalid" in client.post(url, form, follow=True).content.decode()
    link = ContractorAccess.objects.get()
    former = link.token
    client.post(reverse("maintenance:contractor_move", args=[link.pk, "renouveler"]))
    client.post(reverse("maintenance:contractor_move", args=[link.pk, "retirer"]))
    link.refresh_from_db()
    assert (link.token != former, link.is_usable) == (True, False)


@pytest.mark.django_db(transaction=True)
def test_answer_sent_twice_at_once_is_kept_once(access, given):
    key = uuid.uuid4()

    def say():
        try:
            actions.answer_as_contractor(access, given, kind="accept", client_uuid=key)
        finally:
            connection.close()

    both = [threading.Thread(target=say) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert Note.objects.count() == 1
