"""Office templates filled, read by another reader; what is typed never becomes a program."""

import io
import zipfile

import docx
import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from odfdo import Document as OdfDocument
from odfdo import Paragraph, Span

from beffroi.shared.documents import actions, templating
from beffroi.shared.documents.models import Document
from beffroi.shared.documents.reading import job, texts
from tests.shared.cases.conftest import case, make_case, subject  # noqa: F401
from tests.shared.documents.conftest import docx_bytes
from tests.shared.documents.test_pages import _text

pytestmark = pytest.mark.django_db


def odt_bytes() -> bytes:
    document = OdfDocument("text")
    document.body.clear()
    document.body.append(Paragraph("Madame {{ demandeur }}, le {{ date }}"))
    cut = Paragraph("Objet : {{ ob")
    cut.append(Span("jet }} fin"))
    document.body.append(cut)
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def test_docx_is_filled_and_what_is_typed_stays_text():
    content = docx_bytes("Madame {{ demandeur }}", "{% if urgent %}Urgent{% endif %}", "{{ reponse }}")
    assert templating.fields_of(templating.DOCX, content) == ["demandeur", "reponse", "urgent"]
    filled = templating.fill(templating.DOCX, content, {"demandeur": "Roy & <fils>", "reponse": "{{ 7 * 7 }}"})
    said = [one.text for one in docx.Document(io.BytesIO(filled)).paragraphs]
    assert said == ["Madame Roy & <fils>", "", "{{ 7 * 7 }}"]


def test_odt_is_filled_even_where_a_style_cuts_the_field():
    content = odt_bytes()
    assert templating.fields_of(templating.ODT, content) == ["date", "demandeur", "objet"]
    filled = templating.fill(templating.ODT, content, {"demandeur": "Roy & <fils>", "objet": "Haie"})
    with zipfile.ZipFile(io.BytesIO(filled)) as archive:
        assert archive.testzip() is None
        assert archive.infolist()[0].filename == "mimetype"
    said = OdfDocument(io.BytesIO(filled)).get_formatted_text()
    assert "Madame Roy & <fils>, le" in said
    assert "Objet : Haie fin" in said
    assert "{{" not in said


@pytest.mark.parametrize("trap", ["{{ ''.__class__.__mro__ }}", "{% for x in range(999999999) %}a{% endfor %}"])
def test_template_cannot_leave_its_box(trap):
    with pytest.raises(templating.BadTemplate):
        templating.fill(templating.DOCX, docx_bytes(trap), {})


def test_clerk_answers_a_request_from_a_template(client, people, make_document, make_folder, make_case, space):  # noqa: F811
    asked = make_case(title="Bac jaune perdu", contact_name="Mme Roy")
    letters = make_folder("Réponses")
    model = make_document("Modèle.docx", docx_bytes("{{ demandeur }}", "{{ objet }}", "{{ reponse }}"))
    job.read(model.current_id)
    client.force_login(people["outside"])
    listed = reverse("documents:templates") + f"?demande={asked.reference}"
    assert "Modèle.docx" in _text(client.get(listed))
    url = reverse("documents:fill", args=[model.pk]) + f"?demande={asked.reference}"
    page = client.get(url).content.decode()
    assert "Bac jaune perdu" in page
    sent = {
        "name": "Réponse à Mme Roy",
        "place": f"d{letters.pk}",
        "kind": "same",
        "demande": asked.reference,
        "c_demandeur": "Mme Roy",
        "c_objet": "Bac jaune",
        "c_reponse": "Un bac vous attend.",
    }
    client.post(url, sent)
    made = Document.objects.get(source="template")
    assert (made.name, made.folder) == ("Réponse à Mme Roy.docx", letters)
    assert made.links_from.get().other == model
    client.post(url, {**sent, "kind": "pdf"})
    printed = Document.objects.get(current__mime="application/pdf")
    with actions_content(printed) as content:
        assert "Un bac vous attend." in texts.read("application/pdf", content.read()).text


def actions_content(document):
    from beffroi.shared.files import storage

    return storage.contents().open(storage.address(document.current.sha256))


def test_request_hidden_from_the_person_gives_nothing(client, people, make_document, make_case, make_user):  # noqa: F811
    asked = make_case(contact_name="Mme Roy")
    model = make_document("Modèle.docx", docx_bytes("{{ demandeur }}"))
    client.force_login(people["elected"])
    url = reverse("documents:fill", args=[model.pk]) + f"?demande={asked.reference}"
    page = client.get(url).content.decode()
    assert ("Mme Roy" in page) is asked._meta.model.objects.on_desk_of(people["elected"]).exists()


def test_broken_template_is_refused_with_words(make_document, people, space):
    model = make_document("Modèle.docx", docx_bytes("{{ demandeur"))
    with pytest.raises(ValidationError):
        actions.fill_template(model, {}, actor=people["manager"], space=space, folder=None, name="x")
    with pytest.raises(ValidationError):
        actions.fill_template(make_document("a.txt"), {}, actor=people["manager"], space=space, folder=None, name="x")
