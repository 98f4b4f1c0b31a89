import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.kernel.workflow import TransitionRefused
from beffroi.modules.reports import actions
from beffroi.modules.reports.models import Report
from beffroi.shared.cases import actions as cases
from beffroi.shared.files.actions import store_upload
from beffroi.shared.files.models import StoredFile
from tests.modules.reports.conftest import OUTSIDE, PLACE
from tests.shared.files import samples

pytestmark = pytest.mark.django_db


def verbs(report):
    return [line.verb.removeprefix("reports.") for line in journal.lines_about(report)]


def test_create_finds_commune_body_and_deadline(pothole, doullens, operator, agent, rule):
    rule(pothole, operator, reason="La communauté entretient les rues.")
    filed = actions.create_report(actor=None, category=pothole, location=PLACE, description="Un trou.")
    report = filed.report
    assert filed.created
    assert (report.commune, report.organisation, report.state) == (doullens, operator, "new")
    assert report.competence_reason == "La communauté entretient les rues."
    assert report.due_at > report.created_at
    assert report.reference.startswith("SIG-")
    assert verbs(report) == ["create"]


def test_create_outside_the_territory_is_refused_and_says_where(pothole, doullens):
    with pytest.raises(ValidationError, match="en dehors du territoire.*hors du territoire"):
        actions.create_report(actor=None, category=pothole, location=OUTSIDE)
    assert not Report.objects.exists()


def test_create_twice_with_the_same_uuid_files_once(pothole, doullens, agent):
    number = uuid.uuid4()
    one = actions.create_report(actor=None, category=pothole, location=PLACE, client_uuid=number)
    two = actions.create_report(actor=None, category=pothole, location=PLACE, client_uuid=number)
    assert (one.report, one.created, two.created) == (two.report, True, False)
    assert verbs(one.report) == ["create"]


def test_create_checks_the_questions_of_the_category(pothole, doullens, agent):
    pothole.fields = [{"name": "depth", "label": "Profondeur", "type": "integer", "unit": "cm", "required": True}]
    pothole.save()
    with pytest.raises(ValidationError, match="obligatoire"):
        actions.create_report(actor=None, category=pothole, location=PLACE)
    filed = actions.create_report(actor=None, category=pothole, location=PLACE, answers={"depth": "12", "x": "?"})
    assert filed.report.answers == {"depth": 12}


def test_acknowledge_gives_the_deadline_of_the_repair(report, agent):
    first = report.due_at
    cases.move_case(report, "acknowledge", actor=agent)
    report.refresh_from_db()
    assert report.due_at > first


def test_resolve_shows_the_photos_of_the_repair(report, agent):
    photo = store_upload(samples.upload(samples.jpeg(), "apres.jpg"), actor=agent, kind="photo")
    actions.resolve_report(report, actor=agent, reason="Rebouché.", photos=[photo])
    report.refresh_from_db()
    kept = StoredFile.objects.about(report).get()
    assert (report.state, kept.kind, kept.public) == ("resolved", "after", True)


def test_refuse_needs_a_reason_of_the_list(report, agent):
    with pytest.raises(ValidationError, match="motif"):
        actions.refuse_report(report, actor=agent, refusal="because")
    with pytest.raises(ValidationError, match="Expliquez"):
        actions.refuse_report(report, actor=agent, refusal="other")
    actions.refuse_report(report, actor=agent, refusal="private", explanation="Le chemin est privé.")
    report.refresh_from_db()
    assert (report.state, report.refusal) == ("refused", "private")
    assert report.messages.get().body == "Cela relève d’une propriété privée.\n\nLe chemin est privé."


def test_refuse_by_somebody_else_leaves_no_reason(report, resident):
    with pytest.raises(PermissionDenied):
        actions.refuse_report(report, actor=resident, refusal="private")
    report.refresh_from_db()
    assert (report.state, report.refusal) == ("new", "")


def test_reopen_by_the_author_within_thirty_days(report, agent):
    now = timezone.now()
    actions.resolve_report(report, actor=agent, reason="Rebouché.", at=now - timedelta(days=31))
    with pytest.raises(TransitionRefused, match="trop tard"):
        actions.reopen_by_author(report, actor=None, reason="Le trou est revenu.")
    cases.move_case(report, "reopen", actor=agent, reason="À revoir.")
    actions.resolve_report(report, actor=agent, reason="Rebouché.", at=now - timedelta(days=2))
    actions.reopen_by_author(report, actor=None, reason="Le trou est revenu.")
    report.refresh_from_db()
    assert (report.state, report.closed_at) == ("acknowledged", None)


def test_merge_moves_the_author_to_the_followers(make_report, agent):
    one = make_report(contact_email="une@example.invalid")
    two = make_report(contact_email="deux@example.invalid")
    cases.follow_case(two, email="trois@example.invalid", confirmed=True)
    cases.merge_case(two, one, actor=agent)
    emails = set(one.followers.confirmed().values_list("email", flat=True))
    assert emails == {"deux@example.invalid", "trois@example.invalid"}
    assert not Report.objects.public().filter(pk=two.pk).exists()


def test_transfer_to_a_body_without_desk_keeps_it_watched(report, agent, operator, county):
    cases.transfer_case(report, actor=agent, organisation=county, reason="Route départementale.")
    report.refresh_from_db()
    assert (report.organisation, report.external, report.competent) == (operator, county, county)
    assert verbs(report) == ["create", "transfer"]


def test_category_change_gives_the_report_to_the_competent_body(report, agent, secretary, sign, doullens, rule):
    rule(sign, None)
    actions.change_category(report, actor=agent, category=sign)
    report.refresh_from_db()
    assert (report.category, report.organisation.pk) == (sign, doullens.pk)
    assert report.title == "Panneau abîmé, Rue du Bourg"
    assert verbs(report) == ["create", "category"]


def test_place_correction_follows_the_point(report, agent, beauval):
    actions.correct_place(report, actor=agent, location=(2.54, 50.16), address="Rue Neuve, Beauval")
    report.refresh_from_db()
    assert (report.commune, report.title) == (beauval, "Nid-de-poule, Rue Neuve")
    with pytest.raises(ValidationError, match="en dehors"):
        actions.correct_place(report, actor=agent, location=OUTSIDE, address="Lille")


def test_correction_by_somebody_else_is_refused(report, resident, sign):
    with pytest.raises(PermissionDenied):
        actions.change_category(report, actor=resident, category=sign)
    with pytest.raises(PermissionDenied):
        actions.correct_place(report, actor=resident, location=PLACE, address="")
