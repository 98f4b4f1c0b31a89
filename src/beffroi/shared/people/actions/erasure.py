"""Erasing all that is held about a person, at their request: asked, done by a job, told at the end."""

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from beffroi.kernel import jobs, journal
from beffroi.kernel.notices import filling, outbox
from beffroi.shared.people import data
from beffroi.shared.people.models import Erasure


@transaction.atomic
def ask_erasure(user, *, actor) -> Erasure:
    """Ask for it; a second request while one is under way gives that one. Records "people.erasure_asked"."""
    asked, created = Erasure.objects.get_or_create(user=user, done_at=None, defaults={"total": len(data.to_erase())})
    if created:
        journal.record("people.erasure_asked", user, actor=actor)
        jobs.defer("people.erase_data", erasure_id=asked.pk)
    return asked


def run_erasure(erasure: Erasure) -> Erasure:
    """Erase the parts that remain, each in its own transaction: a job that died goes on where it stopped.

    The account comes last, with the end of the request and the message that tells it. Records "people.erased_all".
    """
    for one in data.to_erase()[:-1]:
        _erase(erasure, one)
    with transaction.atomic():
        held = Erasure.objects.select_for_update().select_related("user").get(pk=erasure.pk)
        if held.done_at is None:
            email = held.user.email
            _note(held, data.erase_part(data.to_erase()[-1], held.user))
            held.user.refresh_from_db()
            held.account_kept = held.user.is_active
            held.done_at = timezone.now()
            held.save()
            journal.record("people.erased_all", held.user, actor=None)
            _tell(held, email)
    return held


@transaction.atomic
def _erase(erasure: Erasure, one) -> None:
    held = Erasure.objects.select_for_update().select_related("user").get(pk=erasure.pk)
    if held.done_at is None and one.code not in {part["code"] for part in held.parts}:
        _note(held, data.erase_part(one, held.user))
        held.save(update_fields=["parts"])


def _note(erasure: Erasure, part: data.Part) -> None:
    erasure.parts = [*erasure.parts, {"code": part.code, "label": part.label, "kept": part.kept}]


def _tell(erasure: Erasure, email: str) -> None:
    """The last message to that address; its text is wiped once it has left."""
    context = {
        "erasure": erasure,
        "kept": [line for step in erasure.steps for line in step.kept],
        "link": f"{settings.SITE_URL}{erasure.get_absolute_url()}",
        "territory": filling.territory().name,
    }
    body = render_to_string("people/notices/erased.txt", context)
    subject = render_to_string("people/notices/erased.subject.txt", context).strip()
    key = f"people.erasure:{erasure.pk}"
    outbox.post(key=key, channel="email", address=email, subject=subject, body=body, ephemeral=True)
