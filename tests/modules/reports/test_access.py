"""Role by verb: who may do what of a report of the operator, and of one of a commune."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from beffroi.modules.reports import actions
from beffroi.modules.reports.models import Report
from beffroi.shared.cases import actions as cases
from beffroi.shared.organisations.models import Organisation

pytestmark = pytest.mark.django_db
ROLES = ("admin", "operator_admin", "agent", "secretary", "adviser", "elected", "editor", "dpo", "")
HANDLERS = {"admin", "agent", "secretary"}


def _roads_of_the_county() -> Organisation:
    return Organisation.objects.create(kind="departement", name="Département d’Essai", slug="departement-essai")


GESTURES = {
    "acknowledge": lambda report, user, sign: cases.move_case(report, "acknowledge", actor=user),
    "schedule": lambda report, user, sign: cases.move_case(report, "schedule", actor=user, reason="Lundi."),
    "ask": lambda report, user, sign: cases.move_case(report, "ask", actor=user, reason="Où ?"),
    "resolve": lambda report, user, sign: actions.resolve_report(report, actor=user, reason="Fait."),
    "refuse": lambda report, user, sign: actions.refuse_report(report, actor=user, refusal="private"),
    "category": lambda report, user, sign: actions.change_category(report, actor=user, category=sign),
    "not_ours": lambda report, user, sign: actions.hand_over(
        report, actor=user, organisation=_roads_of_the_county(), reason="Au Département."
    ),
    "publish": lambda report, user, sign: actions.show_text(report, actor=user),
    "hide": lambda report, user, sign: actions.hide_report(report, actor=user),
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("gesture", GESTURES)
def test_gesture_of_a_role_in_the_body_in_charge(make_report, make_user, agent, operator, sign, role, gesture):
    report = make_report()
    user = make_user(role, operator)
    if role in HANDLERS:
        GESTURES[gesture](report, user, sign)
        return
    with pytest.raises(PermissionDenied):
        GESTURES[gesture](report, user, sign)
    report.refresh_from_db()
    assert (report.state, report.text_shown_at, report.hidden_at) == ("new", None, None)


@pytest.mark.parametrize("gesture", GESTURES)
def test_gesture_of_the_commune_on_what_another_body_has_is_refused(
    make_report, agent, secretary, operator, pothole, sign, rule, gesture
):
    rule(pothole, operator)
    report = make_report()
    assert Report.objects.on_desk_of(secretary).filter(pk=report.pk).exists()
    with pytest.raises(PermissionDenied):
        GESTURES[gesture](report, secretary, sign)


@pytest.mark.parametrize(
    ("role", "seen"),
    [("agent", True), ("elected", True), ("operator_admin", True), ("adviser", False), ("editor", False), ("", False)],
)
def test_sight_of_a_private_report_by_role(make_report, make_user, agent, operator, role, seen):
    report = make_report(is_private=True)
    assert Report.objects.visible_to(make_user(role, operator)).filter(pk=report.pk).exists() is seen


def test_author_reopens_for_thirty_days_and_does_nothing_else(make_report, resident, agent):
    report = make_report(requester=resident)
    with pytest.raises(PermissionDenied):
        cases.move_case(report, "acknowledge", actor=resident)
    actions.resolve_report(report, actor=agent, reason="Fait.")
    cases.move_case(report, "reopen", actor=resident, reason="Toujours là.")
    report.refresh_from_db()
    assert report.state == "acknowledged"


def test_category_that_served_stays(report, pothole, agent):
    with pytest.raises(ValidationError, match="a servi"):
        actions.remove_category(pothole, actor=agent)
