"""Who may do what: roles × verbs, and archives closed to each other."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from beffroi.modules.archives import actions
from beffroi.modules.archives.models import Box, Elimination, Handover, Loan, Setup, Shelf, Transfer
from beffroi.modules.archives.workflow import elimination_workflow, handover_workflow, transfer_workflow
from tests.modules.archives.conftest import visa

pytestmark = pytest.mark.django_db

KEEPERS = {"admin", "archivist", "secretary here"}
ROLES = (*sorted(KEEPERS), "agent", "elected", "mail_clerk", "dpo", "secretary elsewhere", "none")
STEPS = {
    "draft": {"sign", "sign_on_paper", "cancel"},
    "signed": {"visa", "cancel"},
    "visaed": {"confirm", "cancel"},
    "confirmed": {"destroy", "step_back"},
    "destroying": set(),
}


@pytest.fixture
def people(make_user, operator, commune):
    return {
        "admin": make_user("admin", operator),
        "archivist": make_user("archivist", operator),
        "secretary here": make_user("secretary", operator),
        "agent": make_user("agent", operator),
        "elected": make_user("elected", operator),
        "mail_clerk": make_user("mail_clerk", operator),
        "dpo": make_user("dpo", operator),
        "secretary elsewhere": make_user("secretary", commune),
        "none": make_user(),
    }


@pytest.mark.parametrize("state", STEPS)
def test_steps_of_a_slip_are_offered_to_those_who_may_take_them(people, make_slip, make_folder, state):
    slip = make_slip(make_folder(), to=state)
    for role, user in people.items():
        offered = {step.verb for step in elimination_workflow.available(slip, user)}
        assert offered == (STEPS[state] if role in KEEPERS else set()), role


@pytest.fixture
def records(make_slip, make_folder, make_series, operator, archivist):
    """One of each, of the operator."""
    kept = make_folder("Budget", series=make_series("keep"))
    shelf = actions.save_shelf(Shelf(organisation=operator, building="A", room="B", shelf="C"), actor=archivist)
    return {
        "bordereaux": make_slip(make_folder()),
        "versements": actions.prepare_transfer(operator, actor=archivist, folders=[kept]),
        "boites": actions.save_box(Box(organisation=operator, title="Boîte", shelf=shelf), actor=archivist),
        "communications": actions.ask_handover(
            Handover(folder=make_folder("Autre"), requester="Service", reason="Contrôle", kind="restitution"),
            actor=archivist,
        ),
    }


@pytest.mark.parametrize("role", ROLES)
def test_records_are_seen_by_those_who_keep_the_archives_of_the_body(people, records, client, role):
    client.force_login(people[role])
    for path, record in records.items():
        answer = client.get(f"/bureau/archives/{path}/{record.pk}/")
        assert answer.status_code == (200 if role in KEEPERS else 404 if role == "secretary elsewhere" else 403), path
        assert record.__class__.objects.visible_to(people[role]).exists() == (role in KEEPERS)


@pytest.mark.parametrize("role", sorted(set(ROLES) - KEEPERS))
def test_actions_refuse_what_the_pages_do_not_offer(people, records, make_folder, make_scan, circuit, operator, role):
    user = people[role]
    slip, made = records["bordereaux"], records["versements"]
    box, handover = records["boites"], records["communications"]
    today = timezone.localdate()
    refused = [
        lambda: actions.prepare_elimination(operator, actor=user, folders=[make_folder("Encore")]),
        lambda: actions.update_elimination(slip, actor=user, title="x", note="", observations={}),
        lambda: actions.remove_line(slip.lines.get(), actor=user),
        lambda: actions.sign_elimination(slip, actor=user, circuit=circuit),
        lambda: actions.sign_on_paper(slip, actor=user, document=make_scan()),
        lambda: actions.cancel_elimination(slip, actor=user, reason="x"),
        lambda: actions.sort_files(operator, actor=user, folders=[], method="keep"),
        lambda: actions.prepare_transfer(operator, actor=user, folders=[make_folder("Un autre")]),
        lambda: actions.pack_transfer(made, actor=user),
        lambda: actions.give_up_transfer(made, actor=user, reason="x"),
        lambda: actions.purge_transfer(made, actor=user, typed=made.reference),
        lambda: actions.save_box(Box(organisation=operator, title="x"), actor=user),
        lambda: actions.hold_box(box, actor=user, reason="x"),
        lambda: actions.lend_box(Loan(box=box, borrower="x", due_on=today), actor=user),
        lambda: actions.save_shelf(Shelf(organisation=operator, building="A", room="B", shelf="D"), actor=user),
        lambda: actions.make_copy(handover, actor=user),
        lambda: actions.decline(handover, actor=user, reason="x"),
        lambda: actions.save_setup(Setup(organisation=operator), actor=user),
    ]
    for rank, gesture in enumerate(refused):
        with pytest.raises(PermissionDenied):
            gesture()
        assert (Elimination.objects.count(), Transfer.objects.count()) == (1, 1), rank


@pytest.mark.parametrize("role", sorted(set(ROLES) - KEEPERS))
def test_visa_and_destruction_are_refused_too(people, make_slip, make_folder, make_scan, role):
    signed, confirmed = make_slip(make_folder("A"), to="signed"), make_slip(make_folder("B"), to="confirmed")
    with pytest.raises(PermissionDenied):
        visa(signed, people[role], make_scan())
    with pytest.raises(PermissionDenied):
        actions.start_destruction(confirmed, actor=people[role], typed=confirmed.reference)
    with pytest.raises(PermissionDenied):
        actions.set_aside(confirmed.lines.get(), actor=people[role], reason="x")


@pytest.mark.parametrize("role", ROLES)
def test_other_records_offer_their_steps_to_those_who_transfer(people, records, role):
    offered = {step.verb for step in transfer_workflow.available(records["versements"], people[role])}
    assert offered == ({"pack", "give_up"} if role in KEEPERS else set())
    offered = {step.verb for step in handover_workflow.available(records["communications"], people[role])}
    assert offered == ({"make_copy", "decline"} if role in KEEPERS else set())


def test_files_of_a_slip_are_seen_by_those_who_read_the_archives(people, make_slip, make_folder, client):
    from beffroi.shared.files.models import StoredFile

    slip = make_slip(make_folder(), to="signed")
    file = StoredFile.objects.about(slip).get(kind="signed")
    for role, user in people.items():
        client.force_login(user)
        answer = client.get(file.url)
        assert answer.status_code == (200 if role in KEEPERS else 404), role
        if answer.streaming:
            b"".join(answer.streaming_content)
