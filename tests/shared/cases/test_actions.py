import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from beffroi.kernel.models import Entry
from beffroi.kernel.workflow import TransitionRefused
from beffroi.shared.cases import actions
from beffroi.shared.cases.models import Case, Follower, Message
from beffroi.shared.files.actions import store_upload
from beffroi.shared.files.models import StoredFile
from beffroi.shared.organisations.models import Organisation, Team
from beffroi.shared.people.models import Person
from tests.shared.cases.conftest import TUESDAY
from tests.shared.files import samples

pytestmark = pytest.mark.django_db


def verbs(case):
    lines = Entry.objects.filter(target_id=case.pk, verb__startswith="contact.").order_by("id")
    return [line.verb.removeprefix("contact.") for line in lines]


def test_open_twice_with_the_same_uuid_files_once(make_case):
    number = uuid.uuid4()
    one, two = make_case(client_uuid=number), make_case(client_uuid=number)
    assert one == two
    assert verbs(one) == ["create"]


def test_move_sets_the_dates_of_the_state_reached(case, agent):
    moment = timezone.now() - timedelta(hours=1)
    actions.move_case(case, "acknowledge", actor=agent, at=moment)
    assert (case.state, case.acknowledged_at, case.closed_at) == ("acknowledged", moment, None)
    actions.move_case(case, "reply", actor=agent, reason="Un bac neuf arrive jeudi.")
    case.refresh_from_db()
    assert case.closed_at is not None
    assert case.acknowledged_at == moment
    assert case.messages.get().body == "Un bac neuf arrive jeudi."
    actions.move_case(case, "reopen", actor=agent, reason="Le bac est cassé.")
    assert case.closed_at is None


def test_move_without_its_reason_is_refused(case, agent):
    with pytest.raises(ValidationError, match="Dites pourquoi"):
        actions.move_case(case, "dismiss", actor=agent, reason="  ")
    case.refresh_from_db()
    assert case.state == "new"


def test_move_too_late_is_refused(case, agent):
    actions.move_case(case, "dismiss", actor=agent, reason="Sans objet.")
    with pytest.raises(TransitionRefused, match="Sans suite"):
        actions.move_case(case, "acknowledge", actor=agent)


def test_move_by_somebody_else_is_refused_and_leaves_nothing(case, resident):
    with pytest.raises(PermissionDenied):
        actions.move_case(case, "dismiss", actor=resident, reason="Non.")
    assert verbs(case) == ["create"]


def test_deadline_pauses_while_the_requester_is_awaited(make_case, agent, operator):
    case = make_case(created_at=TUESDAY, due_at=TUESDAY + timedelta(days=1))  # 6 working hours
    actions.move_case(case, "ask", actor=agent, reason="De quelle rue s’agit-il ?", at=TUESDAY + timedelta(hours=1))
    assert (case.state, case.paused_minutes) == ("waiting", 300)
    assert not Case.objects.late(now=TUESDAY + timedelta(days=9)).exists()
    actions.move_case(case, "answer", actor=agent, at=TUESDAY + timedelta(days=7))
    assert case.due_at == TUESDAY + timedelta(days=7, hours=7)
    assert (case.paused_at, case.paused_minutes) == (None, None)


def test_answer_brings_a_waiting_case_back_to_the_agents(case, agent, resident):
    actions.move_case(case, "ask", actor=agent, reason="Quelle rue ?")
    message = actions.answer_case(case, actor=None, body="Rue du Moulin.", author_label="Jeanne L.")
    case.refresh_from_db()
    assert (case.state, case.unread_at) == ("acknowledged", message.created_at)
    assert verbs(case) == ["create", "ask", "message", "answer"]
    assert message.from_requester


def test_answer_to_a_closed_case_is_kept_and_shown_as_unread(case, agent):
    actions.move_case(case, "reply", actor=agent, reason="Fait.")
    actions.answer_case(case, actor=None, body="Merci, mais non.")
    case.refresh_from_db()
    assert (case.state, case.unread_at is not None) == ("replied", True)


def test_message_of_an_agent_clears_what_was_unread_but_a_note_does_not(case, agent):
    actions.answer_case(case, actor=None, body="Alors ?")
    actions.post_message(case, actor=agent, body="Appeler le dépôt.", internal=True)
    case.refresh_from_db()
    assert case.unread_at is not None
    actions.post_message(case, actor=agent, body="Nous cherchons.")
    case.refresh_from_db()
    assert case.unread_at is None
    assert verbs(case) == ["create", "message", "note", "message"]


def test_message_carries_its_files_once(case, agent):
    file = store_upload(samples.upload(samples.PDF, "a.pdf"), actor=agent)
    number = uuid.uuid4()
    for _time in range(2):
        message = actions.post_message(case, actor=agent, body="Voici.", files=[file], client_uuid=number)
    assert Message.objects.count() == 1
    assert StoredFile.objects.about(message).get() == file


def test_message_of_a_bare_case_is_journalled_on_the_concrete_one(case, agent):
    actions.post_message(Case.objects.get(pk=case.pk), actor=agent, body="Bonjour.")
    assert verbs(case) == ["create", "message"]


def test_assign_to_a_team_and_an_agent_of_the_body(case, agent, team):
    actions.assign_case(case, actor=agent, team=team, assignee=agent)
    case.refresh_from_db()
    assert (case.team, case.assignee) == (team, agent)


def test_assign_outside_the_body_is_refused(case, agent, resident, make_user):
    other = Organisation.objects.create(kind="commune", name="Talmas", slug="talmas")
    with pytest.raises(ValidationError, match="n’est pas de"):
        actions.assign_case(case, actor=agent, team=Team.objects.create(organisation=other, name="Voirie"))
    for stranger in (resident, make_user("agent", other), make_user("elected", case.organisation)):
        with pytest.raises(ValidationError, match="ne traite pas"):
            actions.assign_case(case, actor=agent, assignee=stranger)


def test_claim_takes_a_free_case_and_refuses_one_that_is_taken(case, agent, make_user, operator, team):
    actions.assign_case(case, actor=agent, team=team)
    actions.claim_case(case, actor=agent)
    assert (case.assignee, case.team) == (agent, team)
    with pytest.raises(ValidationError, match="Paul Caron s’occupe déjà"):
        actions.claim_case(case, actor=make_user("agent", operator))


def test_transfer_keeps_its_reason_as_a_message_and_frees_the_case(case, agent, commune, team):
    actions.assign_case(case, actor=agent, team=team, assignee=agent)
    actions.transfer_case(case, actor=agent, organisation=commune, reason="C’est la mairie qui s’en charge.")
    case.refresh_from_db()
    assert (case.organisation_id, case.team, case.assignee) == (commune.pk, None, None)
    line = Entry.objects.get(verb="contact.transfer")
    assert "reason" not in line.data
    assert Message.objects.get(pk=line.data["message"]).body == "C’est la mairie qui s’en charge."


@pytest.mark.parametrize("reason", ["", "   "])
def test_transfer_without_reason_is_refused(case, agent, commune, reason):
    with pytest.raises(ValidationError, match="pourquoi"):
        actions.transfer_case(case, actor=agent, organisation=commune, reason=reason)


def test_transfer_to_the_same_body_is_refused(case, agent, operator):
    with pytest.raises(ValidationError, match="déjà"):
        actions.transfer_case(case, actor=agent, organisation=operator, reason="Pour voir.")


def test_version_grows_with_each_change(case, agent, team):
    seen = [case.version]
    for change in (
        lambda: actions.assign_case(case, actor=agent, team=team),
        lambda: actions.set_priority(case, actor=agent, priority=4),
        lambda: actions.post_message(case, actor=agent, body="Bonjour."),
        lambda: actions.move_case(case, "acknowledge", actor=agent),
    ):
        change()
        seen.append(Case.objects.get(pk=case.pk).version)
    assert seen == sorted(set(seen))
    assert len(seen) == 5


def test_at_version_refuses_what_has_changed_and_writes_nothing(case, agent, make_user, operator):
    seen = case.version
    actions.set_priority(case, actor=make_user("agent", operator), priority=4)
    with pytest.raises(actions.Changed, match="Quelqu’un d’autre"), actions.at_version(case, seen):
        actions.set_priority(case, actor=agent, priority=1)
    assert Case.objects.get().priority == 4
    with actions.at_version(case, seen + 1):
        actions.set_priority(case, actor=agent, priority=1)
    assert Case.objects.get().priority == 1


def test_follow_by_account_is_confirmed_and_by_email_waits(case, resident):
    assert actions.follow_case(case, user=resident).confirmed_at is not None
    follower = actions.follow_case(case, email=" Voisin@Example.invalid ")
    assert (follower.email, follower.confirmed_at) == ("voisin@example.invalid", None)
    assert actions.follow_case(case, email="voisin@example.invalid") == follower
    assert verbs(case) == ["create", "follow", "follow"]
    actions.confirm_follower(follower)
    assert Follower.objects.confirmed().count() == 2
    actions.unfollow(follower)
    assert Follower.objects.count() == 1


def test_merge_brings_messages_followers_and_author_together(make_case, agent, resident, make_user):
    neighbour = make_user()
    kept = make_case(contact_email="un@example.invalid")
    gone = make_case(requester=resident, actor=resident)
    actions.follow_case(gone, user=neighbour)
    actions.follow_case(gone, email="trois@example.invalid", confirmed=True)
    actions.follow_case(kept, user=neighbour)
    message = actions.post_message(gone, actor=resident, body="Le mien aussi.", from_requester=True)
    actions.merge_case(gone, kept, actor=agent)
    gone.refresh_from_db()
    message.refresh_from_db()
    assert (gone.state, gone.merged_into_id) == ("merged", kept.pk)
    assert gone.closed_at is not None
    assert (message.case_id, message.origin_id) == (kept.pk, gone.pk)
    assert {f.user_id or f.email for f in kept.followers.all()} == {neighbour.pk, resident.pk, "trois@example.invalid"}
    assert not gone.followers.exists()


def test_merge_author_without_account_follows_by_the_address_they_gave(make_case, agent):
    kept, gone = make_case(), make_case(contact_email="deux@example.invalid")
    actions.merge_case(gone, kept, actor=agent)
    follower = kept.followers.get()
    assert (follower.email, follower.confirmed_at is not None) == ("deux@example.invalid", True)


def test_merge_loops_and_chains_are_refused(make_case, agent):
    one, two, three = make_case(), make_case(), make_case()
    with pytest.raises(ValidationError, match="elle-même"):
        actions.merge_case(one, one, actor=agent)
    actions.merge_case(one, two, actor=agent)
    with pytest.raises(ValidationError, match="déjà regroupée avec celle-ci"):
        actions.merge_case(two, one, actor=agent)
    with pytest.raises(ValidationError, match=f"choisissez {two.reference}"):
        actions.merge_case(three, one, actor=agent)
    with pytest.raises(TransitionRefused):
        actions.merge_case(one, three, actor=agent)


def test_visible_to_author_beneficiary_helper_and_agents_of_the_body(make_case, resident, agent, make_user, commune):
    adviser, stranger, elsewhere = make_user(), make_user(), make_user("agent", commune)
    person = Person.objects.create(user=make_user(), first_name="Marcel", last_name="Petit")
    own = make_case(requester=resident)
    filed = make_case(person=person, filed_by=adviser)

    def seen(user):
        return set(Case.objects.visible_to(user))

    assert seen(resident) == {own.case_ptr}
    assert seen(person.user) == seen(adviser) == {filed.case_ptr}
    assert seen(agent) == {own.case_ptr, filed.case_ptr}
    assert seen(stranger) == seen(elsewhere) == set()
    assert set(Case.objects.on_desk_of(adviser)) == set()
    actions.assign_case(own, actor=agent, assignee=agent)
    assert set(Case.objects.on_desk_of(agent)) == {own.case_ptr, filed.case_ptr}


def test_files_of_messages_are_seen_by_the_right_people(case, make_case, agent, resident):
    case = make_case(requester=resident)
    for internal in (False, True):
        file = store_upload(samples.upload(samples.PDF, f"{internal}.pdf"), actor=agent)
        actions.post_message(case, actor=agent, body="Voici.", internal=internal, files=[file])
    public, note = StoredFile.objects.order_by("name")
    assert public.name == "False.pdf"
    assert public.target.can_see_file(resident, public)
    assert not note.target.can_see_file(resident, note)
    assert note.target.can_see_file(agent, note)
