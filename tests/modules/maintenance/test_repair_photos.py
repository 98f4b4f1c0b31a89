"""The photos of the work follow the report that it answered, under the rule by which the public sees photos."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from beffroi.modules.maintenance import actions
from beffroi.modules.reports.actions import blur_photo, create_report, set_moderation
from beffroi.modules.reports.models import Category
from beffroi.shared.files.actions import store_upload
from beffroi.shared.files.models import StoredFile
from tests.shared.files import samples


@pytest.fixture
def make_report(dispatcher, operator, commune):
    family = Category.objects.create(code="eclairage", label="Éclairage", icon="lightbulb")
    category = Category.objects.create(code="lampe", label="Lampe éteinte", icon="lightbulb", parent=family)

    def make(**fields):
        report = create_report(
            actor=dispatcher, category=category, location=(2.34, 50.1), commune=commune, asks=False, **fields
        ).report
        report.organisation = operator
        report.save()
        return report

    return make


@pytest.fixture
def picture(worker):
    def make(width=64, kind="photo"):
        content = SimpleUploadedFile("photo.jpg", samples.jpeg((width, 48)), content_type="image/jpeg")
        return store_upload(content, actor=worker, kind=kind)

    return make


def after(report) -> list[StoredFile]:
    return list(StoredFile.objects.about(report).filter(kind="after"))


def test_photos_of_the_work_wait_for_an_agent_then_show(client, make_order, make_report, worker, dispatcher, picture):
    report = make_report()
    order = make_order(reports=[report])
    actions.close_order(
        order,
        actor=worker,
        text="Lampe remplacée.",
        photos=[picture()],
        signatory="Une adjointe",
        signature=[picture(80)],
    )
    (photo,) = after(report)
    assert not photo.public
    report.refresh_from_db()
    assert (report.state, report.checked_at) == ("resolved", None)
    assert b"apres" not in client.get(report.public_url()).content
    client.force_login(dispatcher)
    assert report.reference in client.get(reverse("reports:desk_unread")).content.decode()
    address = reverse("reports:desk_publication", args=[report.reference])
    assert client.post(address, {"geste": "photo_show", "photo": photo.pk}).status_code == 302
    client.logout()
    page = client.get(report.public_url()).content.decode()
    assert "Photo 1 après l’intervention" in page
    assert report.reference not in str(client.get(reverse("reports:desk_unread")).content)


def test_photos_of_the_work_show_at_once_where_the_body_so_decided(
    client, make_order, make_report, worker, operator, picture
):
    set_moderation(operator, actor=None, text_at_once=True, photos_at_once=True)
    hidden, open_ = make_report(is_private=True), make_report()
    order = make_order(reports=[hidden, open_])
    actions.close_order(order, actor=worker, text="Fait.", photos=[picture(), picture(72)])
    assert [file.public for file in after(open_)] == [True, True]
    assert [file.public for file in after(hidden)] == [False, False]
    assert client.get(open_.public_url()).content.decode().count("après l’intervention") == 2


def test_photos_of_every_work_come_with_the_last_one_and_once(make_order, make_report, worker, picture):
    report = make_report()
    first, second = make_order(reports=[report]), make_order(reports=[report])
    actions.close_order(first, actor=worker, text="Coupé.", photos=[picture()])
    assert after(report) == []
    actions.close_order(second, actor=worker, text="Réparé.", photos=[picture(72), picture()])
    assert len(after(report)) == 2


def test_version_that_the_dispatcher_keeps_brings_its_photos(
    make_order, make_report, worker, other_worker, picture, dispatcher
):
    report = make_report()
    order = make_order(reports=[report])
    actions.close_order(order, actor=worker, text="Fait par le premier.", photos=[picture()])
    late, _created = actions.close_order(order, actor=other_worker, text="Fait par le second.", photos=[picture(72)])
    assert len(after(report)) == 1
    actions.settle_order(order, actor=dispatcher, keep=late)
    assert len(after(report)) == 2


def test_photo_of_the_work_that_was_blurred_does_not_come_back(make_order, make_report, worker, dispatcher, picture):
    report = make_report()
    order = make_order(reports=[report])
    closing, _created = actions.close_order(order, actor=worker, text="Fait.", photos=[picture()])
    blurred = blur_photo(report, after(report)[0], actor=dispatcher, zone=(0.1, 0.1, 0.6, 0.6))
    late, _created = actions.close_order(order, actor=dispatcher, text="Vu.", photos=[picture()])
    actions.settle_order(order, actor=dispatcher, keep=late)
    assert [file.pk for file in after(report)] == [blurred.pk]
    assert StoredFile.objects.about(closing).count() == 1


def test_reading_again_leaves_the_text_that_the_public_sees(
    client, make_order, make_report, worker, dispatcher, picture
):
    report = make_report(description="La lampe est éteinte.")
    client.force_login(dispatcher)
    address = reverse("reports:desk_publication", args=[report.reference])
    client.post(address, {"geste": "publish"})
    actions.close_order(make_order(reports=[report]), actor=worker, text="Fait.", photos=[picture()])
    client.post(address, {"geste": "checked"})
    report.refresh_from_db()
    assert report.checked_at is not None
    assert report.public_text == "La lampe est éteinte."
    assert not after(report)[0].public
