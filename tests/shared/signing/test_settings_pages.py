"""The settings of the sign-book: natures with their questions and rules, keys of the module."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from beffroi.shared.signing import actions
from beffroi.shared.signing.models import Circuit, Detail, Folder, Kind, ModuleKey, Nature

pytestmark = pytest.mark.django_db


def _form(**more) -> dict:
    lines = {}
    for prefix in ("demande", "regle"):
        lines |= {f"{prefix}-TOTAL_FORMS": "2", f"{prefix}-INITIAL_FORMS": "0"}
        lines |= {f"{prefix}-MIN_NUM_FORMS": "0", f"{prefix}-MAX_NUM_FORMS": "20"}
    for rank in (0, 1):
        lines |= {f"demande-{rank}-kind": "text", f"demande-{rank}-moment": "creation"}
        lines |= {f"regle-{rank}-rank": "1", f"regle-{rank}-test": "ge"}
    kept = {
        "type": "Finances",
        "name": "Achats",
        "format": "auto",
        "level": "LT",
        "fallback": "degrade",
        "stamp_page": "-1",
        "reminder_days": "2",
        "expiry_days": "0",
        "is_active": "on",
    }
    return lines | kept | more


def test_manager_writes_a_nature_then_its_rules(client, people, operator, make_circuit):
    small, large = make_circuit((1, Kind.VISA, "director")), make_circuit((1, Kind.VISA, "president"), name="Grands")
    client.force_login(people["manager"])
    asked = {"demande-0-name": "Montant", "demande-0-kind": "number", "demande-0-required": "on"}
    client.post(reverse("signing:new_nature", args=[operator.slug]), _form(circuit=small.pk, **asked))
    nature = Nature.objects.get()
    detail = nature.details.get()
    assert (nature.level, nature.fallback, detail.kind) == ("LT", "degrade", "number")
    url = reverse("signing:nature", args=[operator.slug, nature.pk])
    assert "Montant" in client.get(url).content.decode()
    kept = {"demande-INITIAL_FORMS": "1", "demande-0-id": detail.pk} | asked
    rule = {"regle-0-detail": detail.pk, "regle-0-value": "5000", "regle-0-circuit": large.pk}
    client.post(url, _form(circuit=small.pk, **kept, **rule))
    assert [(one.detail, one.value, one.circuit) for one in nature.rules.all()] == [(detail, "5000", large)]
    page = client.post(url, _form(circuit=small.pk, **kept, **(rule | {"regle-0-circuit": ""})))
    assert "Choisissez le circuit de cette règle" in page.content.decode()


def test_agent_prepares_by_nature_and_answers_its_questions(client, people, operator, make_circuit, pdf_bytes):
    circuit = make_circuit((1, Kind.VISA, "director"))
    nature = Nature(organisation=operator, type="Finances", name="Achats", circuit=circuit)
    amount = Detail(name="Montant", kind="number")
    actions.save_nature(nature, actor=people["manager"], details=[amount], rules=[])
    client.force_login(people["author"])
    assert "Achats" in client.get(reverse("signing:new")).content.decode()
    url = reverse("signing:new") + f"?nature={nature.pk}"
    given = {"title": "Banc", "document": SimpleUploadedFile("banc.pdf", pdf_bytes, "application/pdf")}
    assert "est demandé" in client.post(url, given).content.decode()
    given["document"].seek(0)
    client.post(url, given | {f"detail_{amount.pk}": "12,50"})
    folder = Folder.objects.get()
    assert folder.details == {"Montant": "12,50"}
    page = client.get(reverse("signing:submit", args=[folder.pk])).content.decode()
    assert "Director Essai" in page


@pytest.mark.parametrize(("name", "status"), [("manager", 200), ("author", 403), ("president", 403)])
def test_settings_are_for_whoever_manages(client, people, operator, name, status):
    client.force_login(people[name])
    for url in (reverse("signing:new_nature", args=[operator.slug]), reverse("signing:new_key")):
        assert client.get(url).status_code == status


def test_manager_says_whose_a_key_is(client, people):
    client.force_login(people["manager"])
    given = {"user": people["president"].pk, "token": "presidence", "label": "caron", "is_active": "on"}
    client.post(reverse("signing:new_key"), given)
    key = ModuleKey.objects.get()
    assert key.user == people["president"]
    assert "presidence" in client.get(reverse("signing:settings")).content.decode()


def test_circuit_is_copied_and_changed_apart(client, people, operator, make_circuit):
    first = make_circuit((1, Kind.VISA, "director"), (2, Kind.SIGNATURE, "president", {"days": 9}), name="Marchés")
    client.force_login(people["manager"])
    settings = client.get(reverse("signing:settings")).content.decode()
    address = f"{reverse('signing:new_circuit', args=[operator.slug])}?copie={first.pk}"
    assert address.replace("&", "&amp;") in settings
    page = client.get(address)
    assert 'value="Marchés (copie)"' in page.content.decode()
    lines = page.context["lines"]
    data = {"name": "Marchés de travaux", "is_active": "on", "archive_to": ""}
    data |= {f"etape-{name}": lines.management_form[name].value() for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    for rank, line in enumerate(lines.forms):
        for name in ("position", "kind", "desk", "days", "strength", "floor"):
            data[f"etape-{rank}-{name}"] = line[name].value() or ""
    assert client.post(address, data).status_code == 302
    copy = Circuit.objects.get(name="Marchés de travaux")
    said = [(one.position, one.kind, one.desk_id, one.days) for one in copy.steps.all()]
    assert said == [(one.position, one.kind, one.desk_id, one.days) for one in first.steps.all()]
    copy.steps.all().delete()
    assert first.steps.count() == 2


def test_circuit_of_another_body_is_not_copied(client, people, operator, commune, make_circuit):
    elsewhere = Circuit.objects.create(organisation=commune, name="Celui de la commune")
    client.force_login(people["manager"])
    page = client.get(f"{reverse('signing:new_circuit', args=[operator.slug])}?copie={elsewhere.pk}").content.decode()
    assert "Celui de la commune" not in page
