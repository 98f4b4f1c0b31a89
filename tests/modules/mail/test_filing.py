"""A closed letter is filed among the documents: its useful life is counted from its closing."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from beffroi.modules.mail import actions
from beffroi.shared.documents import actions as documents
from beffroi.shared.documents.models import Activity, Document, Series

pytestmark = pytest.mark.django_db


@pytest.fixture
def series(operator, manager):
    activity = documents.save_activity(Activity(organisation=operator, code="1", title="Courrier"), actor=manager)
    return documents.save_series(
        Series(activity=activity, code="1-1", title="Courrier courant", years=5), actor=manager
    )


@pytest.fixture
def space(operator, manager):
    return documents.create_space(actor=manager, organisation=operator, name="Courrier classé")


@pytest.fixture
def closed(make_letter, make_pdf, clerk, manager, team, make_draft, agent):
    """A letter with its scan, answered by a signed letter, and closed."""
    letter = actions.route_letter(make_letter(object="Bac / tri", pieces=[make_pdf()]), actor=clerk, team=team)
    reply = actions.sign_on_paper(make_draft(asked=letter), actor=agent, document=make_pdf())
    actions.send_letter(reply, actor=clerk, mode="post")
    letter.refresh_from_db()
    return actions.close_letter(letter, actor=agent)


def test_letter_and_its_answer_are_filed_and_their_useful_life_runs(closed, space, series, manager):
    folder = actions.file_letter(closed, actor=manager, space=space, series=series)
    closed.refresh_from_db()
    folder.refresh_from_db()
    assert (closed.filed_as, folder.reference, folder.state) == (folder, closed.chrono, "closed")
    assert folder.closed_on == timezone.localdate(closed.closed_at)
    assert folder.retention_end == datetime.date(folder.closed_on.year + 5, 12, 31)
    names = sorted(Document.objects.filter(folder=folder).values_list("name", flat=True))
    assert names == [f"{closed.chrono} lettre.pdf", f"{closed.replies.get().chrono} lettre.pdf"]


def test_letter_is_filed_once_and_only_when_closed(closed, routed, space, manager):
    actions.file_letter(closed, actor=manager, space=space)
    with pytest.raises(ValidationError, match="déjà classé"):
        actions.file_letter(closed, actor=manager, space=space)
    with pytest.raises(ValidationError, match="clos"):
        actions.file_letter(routed, actor=manager, space=space)
    closed.refresh_from_db()
    with pytest.raises(ValidationError, match="classé"):
        actions.reopen_letter(closed, actor=manager, reason="Suite")


def test_letter_is_not_filed_by_who_may_not(closed, space, outsider, commune, manager, secretary):
    with pytest.raises(PermissionDenied):
        actions.file_letter(closed, actor=outsider, space=space)
    other = documents.create_space(actor=secretary, organisation=commune, name="Mairie")
    with pytest.raises(ValidationError, match="autre organisme"):
        actions.file_letter(closed, actor=manager, space=other)


def test_letter_is_filed_by_the_page(closed, space, series, manager, client):
    client.force_login(manager)
    page = f"/bureau/courrier/{closed.pk}/classer/"
    assert space.name in client.get(page).content.decode()
    answer = client.post(page, {"place": f"e{space.pk}", "series": series.pk})
    assert answer.status_code == 302, answer.context["form"].errors
    closed.refresh_from_db()
    assert closed.filed_as.get_absolute_url() in client.get(answer["Location"]).content.decode()
