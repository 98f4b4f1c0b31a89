"""The screens, as a clerk goes through them."""

import datetime
import re

import pytest
from django.urls import reverse

from beffroi.shared.documents import actions, demo_texts
from beffroi.shared.documents.models import Document, Folder, Series, Space
from beffroi.shared.documents.reading import job
from tests.shared.documents.conftest import docx_bytes, sent

pytestmark = pytest.mark.django_db


def _text(response) -> str:
    words = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(words.replace("\u202f", " ").replace("\xa0", " ").split())


def test_clerk_opens_a_space_a_folder_and_files(client, people, operator, make_series):  # noqa: F811
    client.force_login(people["manager"])
    client.post(reverse("documents:new_space"), {"organisation": operator.pk, "name": "Finances"})
    space = Space.objects.get()
    series = make_series(10)
    url = reverse("documents:new_folder", args=["espaces", space.pk])
    client.post(url, {"name": "Factures", "series": series.pk, "opened_on": "2019-01-02"})
    folder = Folder.objects.get()
    client.post(reverse("documents:upload", args=["dossiers", folder.pk]), {"files": [sent("f.txt")]})
    page = _text(client.get(folder.get_absolute_url()))
    assert "f.txt" in page
    client.post(reverse("documents:close_folder", args=[folder.pk]), {"day": "2019-12-31"})
    page = _text(client.get(folder.get_absolute_url()))
    assert "31 déc. 2029" in page
    assert "possible dès le 1er janv. 2030" in page


def test_document_page_shows_pages_text_and_versions(client, people, make_document):
    made = next(demo_texts.market(2024))
    document = make_document(made.name, made.content)
    client.force_login(people["elected"])
    url = reverse("documents:page", args=[document.pk, 1, 1, "grande"])
    assert url in client.get(document.get_absolute_url()).content.decode(), "the first page before the reading"
    picture = client.get(url)
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/webp")
    assert b"WEBP" in b"".join(picture.streaming_content)[:20]
    assert client.get(url, headers={"If-None-Match": picture["ETag"]}).status_code == 304
    assert client.get(reverse("documents:page", args=[document.pk, 1, 9, "grande"])).status_code == 404
    job.read(document.current_id)
    assert "Procédure adaptée" in _text(client.get(reverse("documents:text", args=[document.pk])))
    assert "Nouvelle version" not in _text(client.get(document.get_absolute_url())), "an elected member reads only"


def test_two_versions_are_compared(client, people, make_document):
    document = make_document("cr.docx", docx_bytes("Présents", "Vingt enfants", "Fin"))
    job.read(document.current_id)
    client.force_login(people["outside"])
    changed = sent("cr.docx", docx_bytes("Présents", "Vingt-deux enfants", "Fin"))
    client.post(reverse("documents:new_version", args=[document.pk]), {"file": changed, "comment": "Relu"})
    document.refresh_from_db()
    job.read(document.current_id)
    page = client.get(reverse("documents:compare", args=[document.pk, 1, 2])).content.decode()
    assert re.search(r"<del>.*Vingt enfants</del>", page)
    assert re.search(r"<ins>.*Vingt-deux enfants</ins>", page)


def test_description_takes_tags_and_a_refusal_keeps_what_was_typed(client, people, make_document):
    document, other = make_document("a.txt"), make_document("b.txt", b"b")
    client.force_login(people["outside"])
    url = reverse("documents:edit", args=[document.pk])
    page = client.post(url, {"name": "b.txt", "sender": "Mme Warin", "tags_text": "marché, 2026"})
    assert "déjà pris" in _text(page)
    assert "Mme Warin" in page.content.decode()
    client.post(url, {"name": "lettre.txt", "sender": "Mme Warin", "tags_text": "marché, Marché ,2026"})
    document.refresh_from_db()
    assert document.sender == "Mme Warin"
    assert sorted(document.tags.values_list("name", flat=True)) == ["2026", "marché"]
    assert other.tags.count() == 0


def test_thrown_document_is_taken_back_from_the_page(client, people, make_document):
    document = make_document()
    client.force_login(people["outside"])
    client.post(reverse("documents:throw", args=[document.pk]))
    assert client.get(document.get_absolute_url()).status_code == 404
    page = client.get(reverse("documents:trash"))
    assert document.name in _text(page)
    removal = Document.objects.get().removal
    client.force_login(people["elected"])
    assert document.name not in _text(client.get(reverse("documents:trash")))
    assert client.post(reverse("documents:restore", args=[removal.pk])).status_code == 404
    client.force_login(people["outside"])
    client.post(reverse("documents:restore", args=[removal.pk]))
    assert client.get(document.get_absolute_url()).status_code == 200


def test_folder_moves_where_the_person_may_write(client, people, make_folder, team_space):
    folder, target = make_folder("Va"), make_folder("Là")
    client.force_login(people["outside"])
    url = reverse("documents:move_folder", args=[folder.pk])
    page = client.get(url).content.decode()
    assert f'value="d{target.pk}"' in page
    assert f'value="d{folder.pk}"' not in page, "not in itself"
    assert f'value="e{team_space.pk}"' not in page
    client.post(url, {"place": f"d{target.pk}"})
    folder.refresh_from_db()
    assert folder.parent == target


def test_hold_is_set_and_lifted_by_who_manages(client, people, make_document):
    document = make_document()
    url = reverse("documents:hold", args=["documents", document.pk])
    client.force_login(people["outside"])
    assert client.get(url).status_code == 403
    client.force_login(people["manager"])
    assert "Dites pourquoi" in _text(client.post(url, {"reason": ""}))
    client.post(url, {"reason": "Enquête"})
    assert "Enquête" in _text(client.get(document.get_absolute_url()))
    client.post(reverse("documents:lift_hold", args=[document.holds.get().pk]), {"reason": "Classée"})
    document.refresh_from_db()
    assert not document.held


def test_plan_is_written_and_exported(client, people, operator, make_series):  # noqa: F811
    make_series(3)
    client.force_login(people["manager"])
    series = Series.objects.get()
    url = reverse("documents:series", args=[operator.slug, series.pk])
    fields = {
        "activity": series.activity_id,
        "code": "1.1",
        "title": "Factures",
        "years": "",
        "trigger": "closing",
        "fate": "destroy",
        "communicability": "open",
    }
    assert "conservation définitive" in _text(client.post(url, fields))
    client.post(url, {**fields, "years": 10})
    series.refresh_from_db()
    assert series.years == 10
    table = client.get(reverse("documents:plan_export", args=[operator.slug, "csv"])).content.decode()
    assert "Factures;10" in table.replace('"', "")
    client.force_login(people["outside"])
    assert client.get(url).status_code == 403


def test_opening_date_after_the_closing_is_refused_beside_its_field(client, people, make_folder):
    folder = make_folder()
    actions.close_folder(folder, actor=people["manager"], day=datetime.date(2020, 1, 1))
    client.force_login(people["manager"])
    url = reverse("documents:edit_folder", args=[folder.pk])
    page = _text(client.post(url, {"name": "Dossier", "opened_on": "2021-01-01"}))
    assert "avant d’avoir été ouvert" in page
