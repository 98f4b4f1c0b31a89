"""Dates and senders guessed, folders learnt from the past; a person answers."""

import datetime

import pytest
from django.urls import reverse

from beffroi.shared.documents import actions, classifying
from beffroi.shared.documents.actions.proposing import propose
from beffroi.shared.documents.reading import guessing, job

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 11, 29)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Doullens, le 12 mars 2026", datetime.date(2026, 3, 12)),
        ("le 1er août 2025", datetime.date(2025, 8, 1)),
        ("le 3\u202fjanv.\u202f2025", datetime.date(2025, 1, 3)),
        ("Facture du 05/02/2024", datetime.date(2024, 2, 5)),
        ("né le 31.02.2024 puis 01-03-2024", datetime.date(2024, 3, 1)),
        ("échéance 01/01/2030, faite le 2 mai 2026", datetime.date(2026, 5, 2)),
        ("à rendre le 15 décembre 2026", None),
        ("loi n° 2015-991", None),
    ],
)
def test_date_of_a_letter(text, day):
    assert guessing.date_of(text, TODAY) == day


@pytest.mark.parametrize(
    ("text", "sender"),
    [
        ("Menuiserie Vasseur\n4 rue du Fossé\n80300 Albert\nDoullens, le 2 mai", "Menuiserie Vasseur"),
        ("Cabinet Morel\n12 rue X, 80000 Amiens\n", "Cabinet Morel"),
        ("Ma Communauté\n80600 Doullens\n", ""),
        ("Bonjour,\nsans adresse", ""),
    ],
)
def test_sender_of_a_letter(text, sender):
    assert guessing.sender_of(text, ("Ma Communauté",)) == sender


def test_folder_is_learnt_from_the_past(make_folder, make_document, people, client):
    bills, letters = make_folder("Factures"), make_folder("Courriers")
    for rank in range(4):
        bill = f"Facture {rank} fournitures montant total règlement mandat".encode()
        letter = f"Lettre {rank} demande de salle association remerciements".encode()
        for folder, content, name in ((bills, bill, f"f{rank}.txt"), (letters, letter, f"l{rank}.txt")):
            job.read(make_document(name, content, folder=folder).current_id)
    document = make_document("nouveau.txt", "Facture de papier : montant total, règlement par mandat".encode())
    job.read(document.current_id)
    suggestion = document.suggestions.get(subject="folder")
    assert suggestion.folder == bills
    assert "facture" in suggestion.why
    assert document.folder is None, "nothing moves before a person agrees"
    url = reverse("documents:answer", args=[document.pk, suggestion.pk])
    client.force_login(people["elected"])
    assert client.post(url, {"geste": "oui"}).status_code == 403
    client.force_login(people["outside"])
    assert "Classer dans" in client.get(document.get_absolute_url()).content.decode()
    client.post(url, {"geste": "oui"})
    document.refresh_from_db()
    assert document.folder == bills
    assert not document.suggestions.exists()


def test_past_of_a_shut_folder_teaches_nobody_else(make_folder, make_document, people):
    folder = make_folder("Secret")
    for rank in range(3):
        job.read(make_document(f"s{rank}.txt", f"sanction disciplinaire {rank}".encode(), folder=folder).current_id)
    actions.fence_off(folder, actor=people["manager"], inherits=False)
    document = make_document("x.txt", b"sanction disciplinaire encore")
    job.read(document.current_id)
    assert not document.suggestions.exists()


def test_refused_proposal_goes(make_document, people, client):
    document = make_document("lettre.txt", b"Cabinet Morel\n80000 Amiens\nle 2 mai 2025")
    propose(document, document.current.reading.text or "Cabinet Morel\n80000 Amiens\nle 2 mai 2025")
    assert document.suggestions.count() == 2
    client.force_login(people["outside"])
    for suggestion in document.suggestions.all():
        answer = "oui" if suggestion.subject == "date" else "non"
        client.post(reverse("documents:answer", args=[document.pk, suggestion.pk]), {"geste": answer})
    document.refresh_from_db()
    assert (document.dated_on, document.sender) == (datetime.date(2025, 5, 2), "")
    assert not document.suggestions.exists()


def test_ranking_needs_a_past():
    words = classifying.words_of("facture", "montant")
    assert classifying.rank(words, []) == []
    assert classifying.rank(words, [(1, words)]) == [], "one example is not a past"
