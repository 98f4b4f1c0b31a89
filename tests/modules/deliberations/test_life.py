import datetime
import threading

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from beffroi.kernel.models import Entry
from beffroi.kernel.workflow import TransitionRefused
from beffroi.modules.deliberations import actions
from beffroi.modules.deliberations.actions.publication import regime_of
from beffroi.modules.deliberations.models import Act, Mode, Register
from beffroi.modules.deliberations.workflow import State
from beffroi.shared.files.models import StoredFile
from tests.modules.deliberations.conftest import pdf_file

pytestmark = pytest.mark.django_db


def test_act_gets_the_next_number_of_its_register(make_act, secretary):
    numbers = []
    for nature in ("DE", "DE", "AR", "DE"):
        act = make_act(nature=nature)
        numbers.append(actions.adopt_act(act, actor=secretary, decided_on=act.decided_on).number)
    assert numbers == ["2026-001", "2026-002", "AR2026-001", "2026-003"]


def test_number_given_by_hand_is_skipped_by_the_register(make_act, secretary):
    taken = make_act()
    actions.adopt_act(taken, actor=secretary, decided_on=taken.decided_on, number="2026-001")
    act = make_act()
    assert actions.adopt_act(act, actor=secretary, decided_on=act.decided_on).number == "2026-002"
    other = make_act()
    with pytest.raises(ValidationError, match="déjà pris"):
        actions.adopt_act(other, actor=secretary, decided_on=other.decided_on, number="2026-001")


def test_refused_adoption_gives_its_number_back(make_act, secretary, make_user):
    act = make_act()
    with pytest.raises(PermissionDenied):
        actions.adopt_act(act, actor=make_user(), decided_on=act.decided_on)
    assert not Register.objects.exists()
    act.refresh_from_db()
    assert actions.adopt_act(act, actor=secretary, decided_on=act.decided_on).number == "2026-001"


def test_decision_of_tomorrow_is_refused(make_act, secretary):
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    with pytest.raises(ValidationError, match="futur"):
        actions.adopt_act(make_act(), actor=secretary, decided_on=tomorrow)


@pytest.mark.parametrize(
    ("votes", "told"),
    [
        ((11, 10, 8, 1, 2), "somme"),
        ((9, 10, 8, 1, 1), "plus de votants"),
        ((11, 10, None, 1, 1), "cinq nombres"),
    ],
)
def test_vote_whose_numbers_disagree_is_refused(make_act, votes, told):
    names = ("voters", "votes_cast", "votes_for", "votes_against", "abstentions")
    with pytest.raises(ValidationError, match=told):
        make_act(**dict(zip(names, votes, strict=True)))


def test_act_is_published_only_with_all_that_the_law_wants(make_act, secretary):
    act = make_act(document=False, author_quality="")
    actions.adopt_act(act, actor=secretary, decided_on=act.decided_on)
    with pytest.raises(ValidationError) as refusal:
        actions.publish_act(act, actor=secretary)
    told = " ".join(refusal.value.messages)
    assert "PDF" in told
    assert "qualité de son auteur" in told
    assert "accusé de réception" in told


def test_published_act_is_online_with_its_fingerprint(published):
    document = StoredFile.objects.about(published).get(kind="act")
    assert published.state == State.PUBLISHED
    assert published.is_online
    assert published.sha256 == document.blob.sha256
    assert document.public
    assert published.executory_on == published.published_on == timezone.localdate()
    assert Act.objects.online().get() == published


def test_act_not_subject_to_transmission_needs_no_receipt(make_act, secretary):
    act = make_act(must_transmit=False)
    actions.adopt_act(act, actor=secretary, decided_on=act.decided_on)
    assert actions.publish_act(act, actor=secretary).is_online


def test_individual_act_is_notified_and_never_published(make_act, secretary):
    act = make_act(nature="AI", must_transmit=False)
    actions.adopt_act(act, actor=secretary, decided_on=act.decided_on)
    with pytest.raises(PermissionDenied):
        actions.publish_act(act, actor=secretary)
    act.refresh_from_db()
    actions.notify_act(act, actor=secretary, notified_on=datetime.date(2026, 11, 4))
    assert act.executory_on == datetime.date(2026, 11, 4)
    assert not Act.objects.online().exists()


def test_published_act_refuses_every_change_in_the_database(published):
    for column, value in (("object", "Autre"), ("number", "2026-999"), ("sha256", "0" * 64), ("published_at", None)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Act.objects.filter(pk=published.pk).update(**{column: value})
    with pytest.raises(IntegrityError), transaction.atomic():
        Act.objects.filter(pk=published.pk).delete()


def test_published_act_cannot_be_edited(published, secretary):
    published.object = "Autre objet"
    with pytest.raises(ValidationError, match="ne se modifie plus"):
        actions.edit_act(published, actor=secretary)


def test_withdrawn_act_keeps_its_page_and_hides_its_documents(published, secretary):
    actions.withdraw_act(published, actor=secretary, reason="Annulé par le tribunal")
    published.refresh_from_db()
    assert Act.objects.online().get().withdrawal_reason == "Annulé par le tribunal"
    assert not StoredFile.objects.about(published).filter(public=True).exists()


def test_anonymised_act_keeps_both_fingerprints(published, secretary):
    before = published.sha256
    new = pdf_file("sans nom")
    actions.anonymise_act(
        published, actor=secretary, document=new, object_text="Aide à un particulier", reason="Nom retiré"
    )
    published.refresh_from_db()
    assert (published.previous_sha256, published.sha256) == (before, new.blob.sha256)
    shown = StoredFile.objects.about(published).filter(public=True)
    assert [file.blob.sha256 for file in shown] == [new.blob.sha256]
    line = Entry.objects.get(verb="deliberations.anonymise")
    assert line.data["before"] == before


def test_anonymisation_without_trace_is_refused_by_the_database(published):
    with pytest.raises(IntegrityError), transaction.atomic():
        Act.objects.filter(pk=published.pk).update(anonymised_at=timezone.now(), object="Autre")


def test_small_commune_may_post_its_acts_by_a_deliberation_that_is_online(published, secretary, commune, make_act):
    commune.population = 900
    commune.save(update_fields=["population"])
    actions.set_regime(commune, actor=secretary, mode=Mode.POSTING, place="panneau de la mairie", decision=published)
    act = make_act(must_transmit=False)
    actions.adopt_act(act, actor=secretary, decided_on=act.decided_on)
    actions.publish_act(act, actor=secretary)
    assert (act.mode, act.place, act.is_online) == (Mode.POSTING, "panneau de la mairie", False)
    assert act.executory_on == timezone.localdate()
    assert not StoredFile.objects.about(act).filter(public=True).exists()


def test_larger_commune_has_no_choice(published, secretary, commune):
    commune.population = 3500
    commune.save(update_fields=["population"])
    with pytest.raises(ValidationError, match="3 500"):
        actions.set_regime(commune, actor=secretary, mode=Mode.PAPER, place="mairie", decision=published)
    assert regime_of(commune).mode == Mode.WEB


def test_regime_wants_a_deliberation_that_is_itself_online(received, secretary, commune):
    commune.population = 900
    commune.save(update_fields=["population"])
    with pytest.raises(ValidationError, match="publiée en ligne"):
        actions.set_regime(commune, actor=secretary, mode=Mode.PAPER, place="mairie", decision=received)


@pytest.mark.django_db(transaction=True)
def test_twenty_clerks_at_once_leave_no_gap_and_no_double(make_act, secretary):
    acts = [make_act(document=False) for _ in range(20)]
    numbers, failures = [], []
    gate = threading.Barrier(20)

    def adopt(act):
        gate.wait()
        try:
            numbers.append(actions.adopt_act(act, actor=secretary, decided_on=act.decided_on).number)
        except Exception as failure:  # noqa: BLE001  the thread must report it
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=adopt, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert sorted(numbers) == [f"2026-{rank:03d}" for rank in range(1, 21)]


@pytest.mark.django_db(transaction=True)
def test_act_published_twice_at_once_is_published_once(received, secretary):
    outcomes = []
    gate = threading.Barrier(2)

    def publish():
        act = Act.objects.get(pk=received.pk)
        gate.wait()
        try:
            actions.publish_act(act, actor=secretary)
            outcomes.append("published")
        except TransitionRefused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=publish) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["published", "refused"]
    assert Entry.objects.filter(verb="deliberations.publish").count() == 1
