import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from beffroi.shared.signing import actions, pades
from beffroi.shared.signing.models import Circuit, Delegation, Desk, Folder, Kind, Step
from beffroi.shared.signing.workflow import State
from tests.support.trust import pkcs12_of

pytestmark = pytest.mark.django_db
V, S = Kind.VISA, Kind.SIGNATURE


def _text(response) -> str:
    words = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(words.replace("\u202f", " ").replace("\xa0", " ").split())


def _step(folder) -> Step:
    return folder.steps.get(outcome=Step.Outcome.CURRENT)


def test_agent_prepares_and_sends_a_folder(client, people, make_circuit, pdf_bytes):
    circuit = make_circuit((1, V, "director"))
    client.force_login(people["author"])
    document = SimpleUploadedFile("convention.pdf", pdf_bytes, "application/pdf")
    answer = client.post(
        reverse("signing:new"), {"circuit": circuit.pk, "title": "Convention", "document": document, "note": "Merci"}
    )
    folder = Folder.objects.get()
    assert answer["Location"] == folder.get_absolute_url()
    assert "Envoyer dans le circuit" in _text(client.get(folder.get_absolute_url()))
    client.post(reverse("signing:submit", args=[folder.pk]))
    folder.refresh_from_db()
    assert folder.state == State.RUNNING


def test_tray_shows_what_waits_and_a_visa_leads_to_the_next(client, send, people):
    first = send((1, V, "director"))
    client.force_login(people["director"])
    page = client.get(reverse("signing:home"))
    assert first.title in _text(page)
    assert "Parapheur" in _text(page)
    url = reverse("signing:decide", args=[first.pk, _step(first).pk])
    assert "Viser" in _text(client.get(url))
    answer = client.post(url, {"geste": "approve"})
    assert answer["Location"] == reverse("signing:home")
    assert "Rien n’attend votre décision" in _text(client.get(reverse("signing:home")))
    for tray, shown in (("decides", True), ("tous", True), ("prepares", False)):
        assert (first.title in _text(client.get(reverse("signing:home") + f"?bac={tray}"))) is shown


def test_decision_without_a_gesture_decides_nothing(client, send, people):
    folder = send((1, V, "director"))
    client.force_login(people["director"])
    url = reverse("signing:decide", args=[folder.pk, _step(folder).pk])
    for posted in ({}, {"geste": ""}, {"geste": "autre"}):
        assert "Dites si vous approuvez" in _text(client.post(url, posted))
    assert _step(folder).outcome == "current"


def test_rejection_without_reason_comes_back_beside_the_field(client, send, people):
    folder = send((1, S, "president"))
    client.force_login(people["president"])
    url = reverse("signing:decide", args=[folder.pk, _step(folder).pk])
    assert "Dites pourquoi" in _text(client.post(url, {"geste": "reject"}))
    client.post(url, {"geste": "reject", "comment": "Non"})
    folder.refresh_from_db()
    assert folder.state == State.REJECTED


def test_signature_page_says_its_level_and_signs_in_three_ways(client, send, people):
    folder = send((1, S, "president"))
    client.force_login(people["president"])
    url = reverse("signing:decide", args=[folder.pk, _step(folder).pk])
    assert "non qualifié" in _text(client.get(url))
    assert "Choisissez le fichier" in _text(client.post(url, {"geste": "approve", "way": "certificate"}))
    pkcs12 = SimpleUploadedFile("moi.p12", pkcs12_of("Jeanne Caron"))
    wrong = {"geste": "approve", "way": "certificate", "certificate": pkcs12, "password": "faux"}
    page = client.post(url, wrong)
    assert "mot de passe" in _text(page)
    assert "faux" not in page.content.decode()
    pkcs12.seek(0)
    client.post(url, wrong | {"password": "secret"})
    folder.refresh_from_db()
    assert folder.state == State.DONE
    assert "Jeanne Caron" in folder.steps.get().level


@pytest.mark.parametrize(
    ("name", "status"), [("author", 200), ("director", 200), ("president", 200), ("manager", 200), ("other", 404)]
)
def test_folder_is_seen_by_its_circuit_alone(client, send, people, name, status):
    folder = send()
    client.force_login(people[name])
    assert client.get(folder.get_absolute_url()).status_code == status
    assert client.get(reverse("signing:record", args=[folder.pk])).status_code == status
    answer = client.get(folder.main().url)
    answer.close()
    assert (answer.status_code == 200) is (status == 200)


def test_step_of_another_desk_is_forbidden(client, send, people):
    folder = send()
    client.force_login(people["president"])
    assert client.get(reverse("signing:decide", args=[folder.pk, _step(folder).pk])).status_code == 403


def test_resident_has_no_sign_book(client, resident):
    client.force_login(resident)
    assert client.get(reverse("signing:home")).status_code == 403


def test_private_note_stays_at_its_desk(client, send, people):
    folder = send()
    actions.decide_step(_step(folder), actor=people["director"], approve=True, private_note="Vérifié avec le comptable")
    client.force_login(people["director"])
    assert "Vérifié avec le comptable" in _text(client.get(folder.get_absolute_url()))
    client.force_login(people["president"])
    assert "Vérifié avec le comptable" not in _text(client.get(folder.get_absolute_url()))


def test_anyone_verifies_a_file_that_is_not_kept(client, pdf_bytes):
    url = reverse("signing:verify")
    signed = pades.sign_with_seal(pdf_bytes, text="Essai", reason="Essai")
    page = client.post(url, {"file": SimpleUploadedFile("a.pdf", signed)})
    assert "Document intact" in _text(page)
    assert "pas qualifié" in _text(page)
    assert "Aucune signature" in _text(client.post(url, {"file": SimpleUploadedFile("a.pdf", pdf_bytes)}))
    assert "pas un PDF lisible" in _text(client.post(url, {"file": SimpleUploadedFile("a.pdf", b"rien")}))


def test_manager_sets_desks_and_circuits(client, people, operator):
    client.force_login(people["manager"])
    client.post(
        reverse("signing:new_desk", args=[operator.slug]),
        {"name": "Finances", "is_active": "on", "holders": [people["other"].pk]},
    )
    desk = Desk.objects.get(name="Finances")
    assert [holder.user for holder in desk.holders.active()] == [people["other"]]
    lines = {
        "etape-TOTAL_FORMS": "3",
        "etape-INITIAL_FORMS": "0",
        "etape-MIN_NUM_FORMS": "0",
        "etape-MAX_NUM_FORMS": "30",
    }
    for rank, kind in enumerate(("visa", "signature", "visa")):
        lines |= {f"etape-{rank}-kind": kind, f"etape-{rank}-desk": desk.pk, f"etape-{rank}-days": "3"}
    lines |= {"etape-0-position": "1", "etape-1-position": "2", "etape-2-position": ""}
    client.post(reverse("signing:new_circuit", args=[operator.slug]), {"name": "Factures", "is_active": "on"} | lines)
    assert [step.kind for step in Circuit.objects.get().steps.all()] == ["visa", "signature"]
    client.force_login(people["author"])
    assert client.get(reverse("signing:settings")).status_code == 403


def test_desk_is_never_above_itself(client, people, desks, operator):
    client.force_login(people["manager"])
    page = client.post(
        reverse("signing:desk", args=[operator.slug, desks["president"].pk]),
        {"name": "President", "is_active": "on", "head": desks["author"].pk, "holders": [people["president"].pk]},
    )
    assert "au-dessus de lui-même" in _text(page)


def test_holder_names_a_stand_in_and_ends_it(client, people, desks):
    client.force_login(people["director"])
    client.post(
        reverse("signing:new_delegation"),
        {
            "desk": desks["director"].pk,
            "user": people["other"].pk,
            "ground": "absence",
            "start": "2026-01-01",
            "end": "2099-12-31",
        },
    )
    delegation = desks["director"].delegations.get()
    assert "en l’absence de" in _text(client.get(reverse("signing:delegations")))
    client.force_login(people["other"])
    assert client.post(reverse("signing:end_delegation", args=[delegation.pk])).status_code == 404
    client.force_login(people["director"])
    client.post(reverse("signing:end_delegation", args=[delegation.pk]))
    assert not desks["director"].delegations.active().exists()


def test_signatures_of_a_folder_are_read_again_at_each_look(client, send, people):
    folder = send((1, S, "president"))
    client.force_login(people["author"])
    url = reverse("signing:signatures", args=[folder.pk])
    assert "Aucune signature" in _text(client.get(url))
    actions.decide_step(_step(folder), actor=people["president"], approve=True)
    page = _text(client.get(url))
    assert "Document intact" in page
    assert "niveau B-B" in page.replace("Niveau", "niveau")
    client.force_login(people["other"])
    assert client.get(url).status_code == 404


def test_tray_of_delegations_shows_what_is_decided_for_somebody_else(client, send, people, desks):
    folder = send((1, V, "director"))
    today = timezone.localdate()
    absence = Delegation(desk=desks["director"], user=people["other"], start=today, end=today)
    actions.save_delegation(absence, actor=people["director"], may_manage=False)
    for name, shown in (("other", True), ("director", False)):
        client.force_login(people[name])
        assert (folder.title in _text(client.get(reverse("signing:home") + "?bac=delegues"))) is shown


def test_late_tray_shows_what_should_have_been_decided(client, send, people):
    folder = send((1, V, "director"))
    client.force_login(people["director"])
    url = reverse("signing:home") + "?bac=en-retard"
    assert folder.title not in _text(client.get(url))
    folder.steps.update(arrived_at=timezone.now() - timedelta(days=4))
    assert folder.title in _text(client.get(url))
