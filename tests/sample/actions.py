from django.db import transaction

from beffroi.kernel import journal
from tests.sample.models import Note


@transaction.atomic
def create_note(*, actor=None, verb="create", model=Note, **fields):
    note = model.objects.create(**fields)
    journal.record(f"sample.{verb}", note, actor=actor)
    return note
