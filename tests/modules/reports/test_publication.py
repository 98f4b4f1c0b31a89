import io

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from PIL import Image

from beffroi.modules.reports import actions, privacy, wording
from beffroi.modules.reports.duplicates import near
from beffroi.modules.reports.models import Report
from beffroi.shared.cases import actions as cases
from beffroi.shared.files import storage
from beffroi.shared.files.actions import store_upload
from beffroi.shared.files.models import StoredFile
from tests.modules.reports.conftest import PLACE
from tests.shared.files import samples

pytestmark = pytest.mark.django_db


@pytest.fixture
def photo(report, agent):
    upload = samples.upload(samples.jpeg(size=(400, 300)), "rue.jpg")
    return store_upload(upload, actor=agent, kind="photo", target=report, public=True)


def test_text_waits_for_an_agent_unless_its_body_trusts(make_report, agent, operator):
    assert make_report().text_shown_at is None
    actions.set_moderation(operator, actor=agent, text_at_once=True, photos_at_once=False)
    assert make_report().public_text == "Un trou au milieu de la chaussée."


def test_text_with_a_telephone_waits_even_where_its_body_trusts(make_report, agent, operator):
    actions.set_moderation(operator, actor=agent, text_at_once=True, photos_at_once=True)
    assert make_report(description="Appelez-moi au 06 12 34 56 78").text_shown_at is None
    assert make_report(description="Un trou", keeps_warnings=True).text_shown_at is None


def test_text_is_shown_then_hidden_by_an_agent(report, agent, resident):
    actions.show_text(report, actor=agent)
    report.refresh_from_db()
    assert report.public_text
    assert report.checked_at
    actions.hide_text(report, actor=agent)
    report.refresh_from_db()
    assert (report.public_text, report.public_address) == ("", "")
    with pytest.raises(PermissionDenied):
        actions.show_text(report, actor=resident)


def test_hidden_report_is_nowhere_in_public_nor_its_photos(report, agent, photo):
    actions.hide_report(report, actor=agent)
    photo.refresh_from_db()
    assert not Report.objects.public().exists()
    assert not photo.public
    actions.show_report(report, actor=agent)
    assert Report.objects.public().exists()


def test_blur_replaces_the_photo_and_keeps_the_first_one_for_agents(report, agent, photo):
    made = actions.blur_photo(report, photo, actor=agent, zone=(0.25, 0.25, 0.75, 0.75))
    photo.refresh_from_db()
    assert (made.public, photo.public, photo.kind) == (True, False, "original")
    with pytest.raises(ValidationError):
        actions.show_photo(report, photo, actor=agent, public=True)
    content = b"".join(storage.contents().read(storage.address(made.blob.sha256), 0, made.blob.size))
    drawn = Image.open(io.BytesIO(content)).convert("RGB")
    assert drawn.size == (400, 300)
    edge, outside = drawn.getpixel((200, 150)), drawn.getpixel((20, 20))
    assert 40 < edge[0] < 215  # red and blue are mixed where the border was
    assert outside[0] > 200
    assert not drawn.getexif()


@pytest.mark.parametrize("zone", [(0.5, 0.5, 0.5, 0.6), (0.6, 0, 0.5, 1), (-0.1, 0, 1, 1), (0, 0, 0.01, 0.01)])
def test_blur_of_nothing_is_refused(report, agent, photo, zone):
    with pytest.raises(ValidationError):
        actions.blur_photo(report, photo, actor=agent, zone=zone)
    assert StoredFile.objects.about(report).count() == 1


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Appelez le 06 12 34 56 78.", "téléphone"),
        ("Appelez le +33 6.12.34.56.78", "téléphone"),
        ("Écrivez à jeanne@example.invalid", "courriel"),
        ("La voiture AB-123-CD roule vite", "plaque"),
        ("La voiture 1234 AB 80", "plaque"),
        ("C’est Monsieur Dupont qui l’a fait", "personne"),
        ("Quel CRÉTIN !", "blessant"),
        ("encore ces cons du camping", "blessant"),
        ("Mon numéro : 2 85 07 80 123 456 78", "personnel"),
        ("FR76 3000 6000 0112 3456 7890 189", "personnel"),
    ],
)
def test_warnings_name_what_should_not_be_read_by_all(text, word):
    assert any(word in sentence for sentence in wording.warnings(text))


@pytest.mark.parametrize(
    "text", ["Trou de 30 cm devant le 12 rue du Bourg, D 938", "Depuis le 12/11/2026 à 8 h 30", "Un bloc de béton", ""]
)
def test_warnings_leave_ordinary_texts_alone(text):
    assert wording.warnings(text) == []


def test_duplicates_are_near_and_of_the_same_kind(make_report, pothole, sign, agent):
    same = make_report(location=(PLACE[0] + 0.0004, PLACE[1]))
    make_report(location=(PLACE[0] + 0.01, PLACE[1]))
    make_report(category=sign, description="Panneau tordu")
    found = near(pothole, PLACE, "Gros trou")
    assert found == [same]
    assert 20 < found[0].away < 40


def test_duplicates_of_the_family_count_when_their_texts_look_alike(make_report, pothole, sign, agent):
    other = make_report(category=sign, description="Le panneau stop est couché par terre")
    assert near(pothole, PLACE, "panneau stop couché") == [other]
    assert near(pothole, PLACE, "Un trou") == []


def test_duplicates_leave_out_what_is_ended_for_long_private_or_merged(make_report, pothole, agent):
    kept, merged, private = make_report(), make_report(), make_report(is_private=True)
    cases.merge_case(merged, kept, actor=agent)
    assert near(pothole, PLACE) == [kept]
    assert private in near(pothole, PLACE, public=False)


def test_original_of_a_blurred_photo_is_erased_a_month_after_the_end(report, agent, photo):
    kept = actions.blur_photo(report, photo, actor=agent, zone=(0.1, 0.1, 0.5, 0.5))
    now = timezone.now()
    original = StoredFile.objects.get(kind="original")
    assert not privacy.ORIGINALS.due(now + timezone.timedelta(days=400)).exists()
    actions.resolve_report(report, actor=agent, reason="Fait.")
    assert not privacy.ORIGINALS.due(now + timezone.timedelta(days=29)).exists()
    found = privacy.ORIGINALS.due(now + timezone.timedelta(days=31))
    assert list(found) == [original]
    privacy.ORIGINALS.apply(original)
    assert not found.all().exists()
    assert StoredFile.objects.filter(pk=kept.pk).exists()
