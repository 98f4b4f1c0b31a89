"""The words of the acts: models, fields, documents made again."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from beffroi.kernel import braces
from beffroi.modules.deliberations import actions, model_texts, wording
from beffroi.modules.deliberations.models import Act, ActTemplate
from beffroi.shared.documents.reading.texts import PDF
from beffroi.shared.documents.reading.texts import read as read_text
from beffroi.shared.files import storage
from tests.modules.deliberations.conftest import pdf_file

pytestmark = pytest.mark.django_db


def words(act) -> str:
    files = [file for file in act.documents() if file.kind == "act"]
    assert len(files) == 1
    content = b"".join(storage.contents().read(storage.address(files[0].blob.sha256)))
    return " ".join(read_text(PDF, content).text.replace("\u202f", " ").replace("\xa0", " ").split())


def test_house_models_use_fields_that_exist():
    for _name, text in model_texts.HOUSE.values():
        assert braces.unknown(text, wording.FIELDS) == []


def test_document_follows_its_text_its_number_and_its_edition(make_act, secretary):
    act = make_act(document=False)
    actions.write_text(
        act, actor=secretary, text="Vu le code ;\n\nArticle 1. {objet}, n° {numero}.\n\nReprésentés : {representes}."
    )
    assert "(projet)" in words(act)
    assert "Représentés" not in words(act), "a paragraph whose field is empty is left out"
    act.object = "Subvention au théâtre"
    actions.edit_act(act, actor=secretary)
    assert "Subvention au théâtre" in words(act)
    actions.adopt_act(act, actor=secretary, decided_on=datetime.date(2026, 11, 3))
    assert f"n° {act.number}" in words(act)
    assert "Alix Delattre, maire" in words(act)


def test_document_given_by_hand_ends_the_text(make_act, secretary):
    act = make_act(document=False)
    actions.write_text(act, actor=secretary, text="Article 1. {objet}.")
    actions.edit_act(act, actor=secretary, document=[pdf_file()])
    act.refresh_from_db()
    assert act.text == ""
    before = act.documents()[0].blob.sha256
    actions.adopt_act(act, actor=secretary, decided_on=act.decided_on)
    assert act.documents()[0].blob.sha256 == before


def test_field_that_does_not_exist_is_told(client, make_act, secretary):
    act = make_act(document=False)
    with pytest.raises(ValidationError, match="inconnu"):
        actions.write_text(act, actor=secretary, text="Le {inconnu}.")
    client.force_login(secretary)
    page = client.post(reverse("deliberations:text", args=[act.pk]), {"text": "Le {inconnu}, la {date}."})
    assert "Ces champs n’existent pas : inconnu" in page.content.decode().replace("\u202f", " ").replace("\xa0", " ")
    assert "Le {inconnu}" in page.content.decode(), "nothing typed is lost"


def test_published_act_is_not_written_again(published, secretary):
    with pytest.raises(ValidationError, match="ne se récrit plus"):
        actions.write_text(published, actor=secretary, text="Article 1.")


def test_body_has_its_own_models(client, secretary, commune, make_act, make_user, operator):
    client.force_login(secretary)
    address = reverse("deliberations:new_template", args=[commune.slug])
    wrong = client.post(address, {"nature": "DE", "name": "Budget", "text": "{faux}", "is_active": "on"})
    assert "n’existent pas" in wrong.content.decode()
    client.post(address, {"nature": "DE", "name": "Budget", "text": "Article 1. {objet}.", "is_active": "on"})
    template = ActTemplate.objects.get()
    act = make_act(document=False)
    page = client.get(reverse("deliberations:text", args=[act.pk]), {"modele": template.pk}).content.decode()
    assert "Article 1. {objet}." in page
    client.force_login(make_user("secretary", operator))
    assert client.get(reverse("deliberations:template", args=[commune.slug, template.pk])).status_code == 404


@pytest.mark.parametrize("nature", [Act.Nature.DELIBERATION, Act.Nature.REGULATION, Act.Nature.OTHER])
def test_each_nature_makes_a_sound_pdf(make_act, secretary, nature):
    act = make_act(document=False, nature=nature)
    actions.write_text(act, actor=secretary, text=model_texts.HOUSE[nature][1])
    assert act.object in words(act)
