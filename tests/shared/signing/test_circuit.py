import datetime
import threading
import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.utils import timezone

from beffroi.kernel.models import Delivery, Entry
from beffroi.kernel.notices import filling
from beffroi.kernel.workflow import TransitionRefused
from beffroi.shared.files import storage
from beffroi.shared.files.models import StoredFile
from beffroi.shared.signing import actions, bordereau, keys, pades, verifying
from beffroi.shared.signing.actions.deciding import Key
from beffroi.shared.signing.levels import Refused
from beffroi.shared.signing.models import Circuit, Delegation, Folder, Kind, Step
from beffroi.shared.signing.workflow import State
from tests.support.trust import pkcs12_of

pytestmark = pytest.mark.django_db
V, S, A, C = Kind.VISA, Kind.SIGNATURE, Kind.OPINION, Kind.SEAL


def _current(folder) -> list[str]:
    return [step.desk.name for step in folder.steps.filter(outcome=Step.Outcome.CURRENT).select_related("desk")]


def _decide(folder, people, name, *, approve=True, **more):
    step = folder.steps.filter(outcome=Step.Outcome.CURRENT, desk__name=name.title()).get()
    return actions.decide_step(step, actor=people[name], approve=approve, **more)


def _content(folder) -> bytes:
    return b"".join(storage.contents().read(storage.address(folder.main().blob.sha256)))


def test_folder_goes_from_desk_to_desk_to_its_end(send, people):
    folder = send((1, V, "director"), (2, S, "president"), (3, C, "director"))
    assert _current(folder) == ["Director"]
    _decide(folder, people, "director", comment="Conforme")
    assert _current(folder) == ["President"]
    signed = _decide(folder, people, "president")
    assert "Signature simple" in signed.level
    _decide(folder, people, "director")
    folder.refresh_from_db()
    assert folder.state == State.DONE
    assert [found.is_good for found in verifying.verify(_content(folder))] == [True, True]
    verbs = list(Entry.objects.filter(verb__startswith="signing.").values_list("verb", flat=True).order_by("pk"))
    assert verbs[-6:] == [
        "signing.create",
        "signing.submit",
        "signing.approve",
        "signing.approve",
        "signing.approve",
        "signing.finish",
    ]


def test_step_without_desk_goes_to_the_one_above_the_author(send):
    assert _current(send((1, V, None))) == ["Director"]


def test_steps_of_the_same_rank_go_together_and_all_are_wanted(send, people):
    folder = send((1, V, "director"), (1, A, "other"), (2, S, "president"))
    assert sorted(_current(folder)) == ["Director", "Other"]
    _decide(folder, people, "other")
    assert _current(folder) == ["Director"]
    _decide(folder, people, "director")
    assert _current(folder) == ["President"]


def test_only_who_holds_the_desk_decides(send, people):
    folder = send()
    step = folder.steps.get(outcome=Step.Outcome.CURRENT)
    for name in ("author", "other", "president", "manager"):
        with pytest.raises(PermissionDenied):
            actions.decide_step(step, actor=people[name], approve=True)


def test_step_that_is_not_current_is_not_decided(send, people):
    folder = send()
    step = folder.steps.get(kind=S)
    with pytest.raises(ValidationError, match="plus à décider"):
        actions.decide_step(step, actor=people["president"], approve=True)


def test_rejection_tells_the_author_and_those_who_had_decided(send, people):
    folder = send()
    _decide(folder, people, "director")
    with pytest.raises(ValidationError, match="Dites pourquoi"):
        _decide(folder, people, "president", approve=False)
    _decide(folder, people, "president", approve=False, comment="Montant à revoir")
    folder.refresh_from_db()
    assert folder.state == State.REJECTED
    line = Entry.objects.get(verb="signing.reject")
    filling.fill(line)
    letters = Delivery.objects.filter(entry=line, channel=Delivery.Channel.EMAIL)
    assert {letter.user for letter in letters} == {people["author"], people["director"]}
    assert all("Montant à revoir" in letter.body for letter in letters)


def test_those_who_come_next_are_told(send, people):
    folder = send()
    _decide(folder, people, "director")
    line = Entry.objects.get(verb="signing.approve")
    filling.fill(line)
    told = Delivery.objects.filter(entry=line, channel=Delivery.Channel.EMAIL)
    assert [letter.user for letter in told] == [people["president"]]


def test_stand_in_decides_between_two_dates_and_it_is_said(send, people, desks):
    folder = send()
    today = timezone.localdate()
    absence = Delegation(desk=desks["director"], user=people["other"], start=today, end=today)
    actions.save_delegation(absence, actor=people["director"], may_manage=False)
    step = folder.steps.get(outcome=Step.Outcome.CURRENT)
    done = actions.decide_step(step, actor=people["other"], approve=True)
    assert done.capacity == "en l’absence de Director"
    actions.stop_delegation(absence, actor=people["director"], may_manage=False)
    assert not Delegation.objects.active().exists()


@pytest.mark.parametrize("days", [(1, 5), (-5, -1)])
def test_delegation_outside_its_dates_gives_nothing(send, people, desks, days):
    folder = send()
    first, last = (timezone.localdate() + datetime.timedelta(days=shift) for shift in days)
    Delegation.objects.create(desk=desks["director"], user=people["other"], start=first, end=last)
    with pytest.raises(PermissionDenied):
        actions.decide_step(folder.steps.first(), actor=people["other"], approve=True)


def test_delegation_is_given_by_the_holder_alone(people, desks):
    today = timezone.localdate()
    absence = Delegation(desk=desks["president"], user=people["other"], start=today, end=today)
    with pytest.raises(PermissionDenied):
        actions.save_delegation(absence, actor=people["other"], may_manage=False)


def test_visa_is_taken_back_before_the_next_decision_only(send, people):
    folder = send()
    step = _decide(folder, people, "director")
    actions.regret_step(step, actor=people["director"])
    assert _current(folder) == ["Director"]
    _decide(folder, people, "director")
    _decide(folder, people, "president")
    with pytest.raises(ValidationError, match="Trop tard"):
        actions.regret_step(folder.steps.get(kind=V), actor=people["director"])


def test_signature_is_never_taken_back(send, people):
    folder = send((1, S, "director"), (2, V, "president"))
    step = _decide(folder, people, "director")
    with pytest.raises(ValidationError, match="propre avis ou visa"):
        actions.regret_step(step, actor=people["director"])


def test_second_opinion_comes_first_then_the_folder_comes_back(send, people, desks):
    folder = send()
    step = folder.steps.get(outcome=Step.Outcome.CURRENT)
    actions.second_opinion(step, actor=people["director"], desk=desks["other"])
    assert _current(folder) == ["Other"]
    _decide(folder, people, "other", comment="Favorable")
    assert _current(folder) == ["Director"]
    _decide(folder, people, "director")
    assert _current(folder) == ["President"]


def test_step_is_given_to_another_desk(send, people, desks):
    folder = send()
    actions.transfer_step(folder.steps.first(), actor=people["director"], desk=desks["other"])
    assert _current(folder) == ["Other"]
    with pytest.raises(ValidationError, match="autre bureau"):
        actions.transfer_step(folder.steps.first(), actor=people["other"], desk=desks["other"])


def test_author_takes_the_folder_back(send, people):
    folder = send()
    with pytest.raises(PermissionDenied):
        actions.withdraw_folder(folder, actor=people["director"], reason="Non")
    actions.withdraw_folder(folder, actor=people["author"], reason="Erreur de pièce")
    assert folder.state == State.WITHDRAWN
    with pytest.raises(ValidationError):
        actions.decide_step(folder.steps.first(), actor=people["director"], approve=True)


def test_circuit_changed_meanwhile_leaves_the_folder_as_it_was(send, people, desks):
    folder = send()
    circuit = Circuit.objects.get()
    step = circuit.steps.first()
    step.desk = desks["other"]
    actions.save_circuit(circuit, actor=people["manager"], steps=[step])
    assert _current(folder) == ["Director"]
    assert folder.steps.count() == 2


def test_desk_that_nobody_holds_stops_the_sending(people, document, make_circuit, desks):
    circuit = make_circuit((1, V, "other"))
    actions.save_desk(desks["other"], actor=people["manager"], holders=[])
    folder = actions.create_folder(actor=people["author"], circuit=circuit, title="X", document=document())
    with pytest.raises(ValidationError, match="Personne ne tient"):
        actions.submit_folder(folder, actor=people["author"])
    folder.refresh_from_db()
    assert folder.state == State.DRAFT
    assert not folder.steps.exists()


def test_signature_wants_a_pdf(people, make_circuit, desks):
    from django.core.files.uploadedfile import SimpleUploadedFile

    from beffroi.shared.files.actions import store_upload

    text = store_upload(SimpleUploadedFile("note.txt", b"du texte", "text/plain"), actor=None)
    with pytest.raises(ValidationError, match="PDF"):
        actions.create_folder(
            actor=people["author"], circuit=make_circuit((1, S, "president")), title="X", document=text
        )


def test_own_certificate_signs_and_is_not_kept(send, people):
    folder = send((1, S, "president"))
    key = Key(pkcs12=pkcs12_of("Jeanne Caron"), password="secret")  # noqa: S106
    step = _decide(folder, people, "president", key=key)
    assert "Jeanne Caron" in step.level
    (found,) = verifying.verify(_content(folder))
    assert found.signer == "Jeanne Caron"
    assert StoredFile.objects.filter(name__endswith=".p12").count() == 0


def test_copy_signed_elsewhere_is_taken_only_if_it_is_the_document(send, people):
    folder = send((1, S, "president"))
    pkcs12 = pkcs12_of("Outil externe")
    with pytest.raises(Refused):
        _decide(folder, people, "president", key=Key(signed_copy=b"%PDF-1.4 autre document"))
    with keys.of_file(pkcs12, "secret") as own:
        signed = pades.sign(_content(folder), own, pades.Order(text="Y", reason="Y")).content
    step = _decide(folder, people, "president", key=Key(signed_copy=signed))
    assert "Outil externe" in step.level
    assert _content(folder) == signed


def test_replayed_decision_counts_once(send, people):
    folder = send()
    key = uuid.uuid4()
    step = folder.steps.get(outcome=Step.Outcome.CURRENT)
    for _ in range(2):
        actions.decide_step(step, actor=people["director"], approve=True, client_uuid=key)
    assert Entry.objects.filter(verb="signing.approve").count() == 1


def test_bordereau_tells_every_step_and_never_changes(send, people):
    folder = send()
    _decide(folder, people, "director", comment="Conforme")
    _decide(folder, people, "president")
    folder.refresh_from_db()
    first = bordereau.render(folder)
    assert first.startswith(b"%PDF")
    assert bordereau.render(folder) == first


def test_target_has_one_folder_under_way(people, document, make_circuit, operator):
    circuit = make_circuit((1, V, "director"))
    given = {"actor": people["author"], "circuit": circuit, "title": "X", "target": operator}
    folder = actions.create_folder(document=document(), **given)
    with pytest.raises(ValidationError, match="déjà en circuit"):
        actions.create_folder(document=document(), **given)
    actions.submit_folder(folder, actor=people["author"])
    _decide(folder, people, "director")
    actions.create_folder(document=document(), **given)


@pytest.mark.django_db(transaction=True)
def test_two_holders_who_decide_at_once_decide_once(send, people, desks):
    actions.save_desk(desks["director"], actor=people["manager"], holders=[people["director"], people["other"]])
    folder = send((1, S, "director"))
    step = folder.steps.get()
    gate, outcomes = threading.Barrier(2), []

    def decide(name):
        gate.wait()
        try:
            actions.decide_step(Step.objects.get(pk=step.pk), actor=people[name], approve=True)
            outcomes.append("done")
        except (ValidationError, TransitionRefused):
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=decide, args=(name,)) for name in ("director", "other")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "refused"]
    assert len(verifying.verify(_content(Folder.objects.get()))) == 1
