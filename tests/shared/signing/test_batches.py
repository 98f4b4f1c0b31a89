"""Many folders at once: progress, a report by line, nothing twice, nothing lost."""

import uuid

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from beffroi.kernel.models import Entry
from beffroi.shared.signing import actions
from beffroi.shared.signing.actions import batches
from beffroi.shared.signing.models import Batch, BatchLine, Folder, Kind, Step
from beffroi.shared.signing.workflow import State
from tests.support.together import at_once

V, S = Kind.VISA, Kind.SIGNATURE


@pytest.fixture
def folders(people, document, make_circuit):
    """folders(n): so many that wait for the president's signature."""

    def make(count: int) -> list[Folder]:
        circuit = make_circuit((1, S, "president"))
        made = []
        for rank in range(count):
            folder = actions.create_folder(
                actor=people["author"], circuit=circuit, title=f"Lot {rank}", document=document()
            )
            made.append(actions.submit_folder(folder, actor=people["author"]))
        return made

    return make


@pytest.mark.django_db
def test_batch_tells_each_success_and_each_refusal(client, people, folders):
    made = folders(3)
    made[1].main().delete()
    client.force_login(people["president"])
    key = str(uuid.uuid4())
    answer = client.post(reverse("signing:many"), {"choix": [folder.pk for folder in made], "lot": key})
    batch = Batch.objects.get()
    assert answer["Location"] == batch.get_absolute_url()
    assert "data-refresh" in client.get(batch.get_absolute_url()).content.decode()
    batches.run(batch.pk)
    page = client.get(batch.get_absolute_url()).content.decode()
    assert "data-refresh" not in page
    assert "2\xa0étapes faites" in page
    assert "1\xa0refus" in page
    assert "n’est plus là" in page
    assert "niveau B-B" in page
    states = [Folder.objects.get(pk=folder.pk).state for folder in made]
    assert states == [State.DONE, State.RUNNING, State.DONE]


@pytest.mark.django_db
def test_batch_of_the_whole_tray_takes_what_is_on_the_other_pages(client, people, folders):
    folders(4)
    client.force_login(people["president"])
    client.post(reverse("signing:many"), {"tous": "1", "lot": str(uuid.uuid4())})
    assert Batch.objects.get().lines.count() == 4


@pytest.mark.django_db
def test_batch_is_read_by_who_asked_for_it(client, people, folders):
    batch = actions.ask_batch([folder.pk for folder in folders(1)], actor=people["president"], key=uuid.uuid4())
    for name, status in (("president", 200), ("director", 404), ("manager", 404)):
        client.force_login(people[name])
        assert client.get(batch.get_absolute_url()).status_code == status


@pytest.mark.django_db
def test_folders_of_another_desk_are_left_out(people, folders):
    made = folders(1)
    with pytest.raises(ValidationError, match="n’attend plus"):
        actions.ask_batch([made[0].pk], actor=people["director"], key=uuid.uuid4())


@pytest.mark.django_db(transaction=True)
def test_pressed_twice_at_once_it_is_one_batch(people, folders):
    made, key = [folder.pk for folder in folders(3)], uuid.uuid4()
    answers = at_once(*[lambda: actions.ask_batch(made, actor=people["president"], key=key)] * 4)
    assert {answer.pk for answer in answers} == {Batch.objects.get().pk}
    at_once(*[lambda: batches.run(answers[0].pk)] * 3)
    assert BatchLine.objects.filter(state="done").count() == 3
    assert Entry.objects.filter(verb="signing.approve").count() == 3
    assert Folder.objects.filter(state=State.DONE).count() == 3


@pytest.mark.django_db(transaction=True)
def test_batch_killed_in_the_middle_goes_on_with_the_rest(people, folders, monkeypatch):
    batch = actions.ask_batch([folder.pk for folder in folders(4)], actor=people["president"], key=uuid.uuid4())
    decide, count = batches.decide_step, []

    def dies(step, **more):
        count.append(step)
        if len(count) == 3:
            raise KeyboardInterrupt  # the process is told to stop
        return decide(step, **more)

    monkeypatch.setattr(batches, "decide_step", dies)
    with pytest.raises(KeyboardInterrupt):
        batches.run(batch.pk)
    assert BatchLine.objects.filter(state="done").count() == 2
    assert batches.unfinished() == [batch.pk]
    monkeypatch.undo()
    assert batches.run(batch.pk) == 2
    assert batches.unfinished() == []
    batch.refresh_from_db()
    assert batch.ended_at is not None
    assert Step.objects.filter(outcome=Step.Outcome.APPROVED).count() == 4
    assert Entry.objects.filter(verb="signing.approve").count() == 4


@pytest.mark.django_db
def test_document_lost_by_the_storage_stops_neither_the_others_nor_the_batch(people, folders):
    made = folders(2)
    lost = made[0].main().blob
    lost.sha256 = "0" * 64
    lost.save(update_fields=["sha256"])
    batch = actions.ask_batch([folder.pk for folder in made], actor=people["president"], key=uuid.uuid4())
    assert batches.run(batch.pk) == 2
    assert set(batch.lines.values_list("state", flat=True)) == {"failed"}
    assert all("stockage" in line.words for line in batch.lines.all())
    assert batches.unfinished() == []
