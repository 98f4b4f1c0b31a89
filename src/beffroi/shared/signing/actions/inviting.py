"""Have somebody outside sign a step, without account: a link, then a code, both sent to their address.

What this proves is said as it is: a simple signature (eIDAS, article 3, 10), by whoever reads that mailbox. A person
who has a certificate signs with their own tool and gives the signed copy back, which is verified.
"""

import datetime
import hashlib
import secrets
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from beffroi.kernel import journal
from beffroi.kernel.notices import outbox
from beffroi.kernel.notices.filling import absolute
from beffroi.shared.signing.actions import signature
from beffroi.shared.signing.actions.deciding import _check_current, _go_on, _lock, _reject, _skip_others
from beffroi.shared.signing.models import Folder, Invitation, Kind, Step

CODE_LIFE = datetime.timedelta(minutes=15)
MOST_TRIES = 5
BETWEEN = datetime.timedelta(seconds=45)
LONGEST = 90  # days
Outcome = Invitation.Outcome


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _code_digest(invitation: Invitation, code: str) -> str:
    return salted_hmac("beffroi.signing.invitation", f"{invitation.pk}:{code}", algorithm="sha256").hexdigest()


@transaction.atomic
def invite_signer(step: Step, *, actor, name: str, email: str, quality: str = "", days: int = 15) -> Invitation:
    """Ask somebody outside to sign a step: whoever holds its desk. The link leaves by e-mail and is kept nowhere; the
    invitation before it, if any, is worth nothing any more. Records "signing.invite"."""
    locked, _capacity = _lock(step, actor)
    _check_current(locked)
    if locked.kind != Kind.EXTERNAL:
        raise ValidationError("Cette étape n’attend pas de signature extérieure.")
    if not 1 <= days <= LONGEST:
        raise ValidationError({"days": f"De 1 à {LONGEST} jours."})
    locked.invitations.filter(outcome=Outcome.WAITING).end(Outcome.CANCELLED)
    token, now = secrets.token_urlsafe(24), timezone.now()
    invitation = Invitation(
        step=locked,
        name=name.strip(),
        quality=quality.strip(),
        email=email.strip(),
        digest=_digest(token),
        sent_by=actor,
        sent_at=now,
        expires_at=now + datetime.timedelta(days=days),
    )
    invitation.full_clean(exclude=["digest", "code"])
    invitation.save(force_insert=True)
    link = absolute(f"/signature/{token}/")
    _write(invitation, f"invite:{invitation.pk}", "invited", link=link)
    journal.record("signing.invite", locked.folder, actor=actor, data={"step": locked.pk, "invitation": invitation.pk})
    return invitation


def _write(invitation: Invitation, key: str, template: str, **more) -> None:
    folder = invitation.step.folder
    context = {"invitation": invitation, "folder": folder, "body": folder.organisation, **more}
    outbox.post(
        key=f"signing.{key}",
        channel="email",
        address=invitation.email,
        ephemeral=True,
        subject=render_to_string(f"signing/notices/{template}.subject.txt", context).strip(),
        body=render_to_string(f"signing/notices/{template}.txt", context).strip(),
    )


@transaction.atomic
def cancel_invitation(invitation: Invitation, *, actor) -> None:
    """The link opens nothing any more. Records "signing.uninvite"."""
    locked, _capacity = _lock(invitation.step, actor)
    waiting = locked.invitations.filter(pk=invitation.pk, outcome=Outcome.WAITING)
    if not waiting.exists():
        raise ValidationError("Cette invitation est déjà finie.")
    waiting.end(Outcome.CANCELLED)
    data = {"step": locked.pk, "invitation": invitation.pk}
    journal.record("signing.uninvite", locked.folder, actor=actor, data=data)


def find_invitation(token: str) -> Invitation | None:
    """The invitation that this link opens, over or not; None when there is none."""
    found = Invitation.objects.filter(digest=_digest(token))
    return found.select_related("step__folder__organisation", "step__desk").first()


@transaction.atomic
def send_code(invitation: Invitation) -> None:
    """Send a code of six figures to the address, valid a quarter of an hour. No line in the journal: nothing has
    happened yet. Raises ValidationError when one has just left."""
    held = Invitation.objects.select_for_update(of=("self",)).select_related("step__folder__organisation")
    found = held.get(pk=invitation.pk)
    now = timezone.now()
    if not found.is_open:
        raise ValidationError("Cette invitation n’est plus valable.")
    if found.code_sent_at is not None and now - found.code_sent_at < BETWEEN:
        raise ValidationError("Un code vient de partir : attendez une minute, et regardez les indésirables.")
    code = f"{secrets.randbelow(10**6):06d}"
    found.code, found.code_sent_at, found.tries = _code_digest(found, code), now, 0
    found.save(update_fields=["code", "code_sent_at", "tries"])
    _write(found, f"code:{found.pk}:{now.timestamp()}", "code", code=code)


def check_code(invitation: Invitation, code: str) -> bool:
    """Is it the code that was sent? Counted outside of any other transaction: a wrong try is never undone."""
    with transaction.atomic():
        found = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
        fresh = found.code_sent_at is not None and timezone.now() - found.code_sent_at <= CODE_LIFE
        if not (found.is_open and found.code and fresh) or found.tries >= MOST_TRIES:
            return False
        found.tries += 1
        found.save(update_fields=["tries"])
        return constant_time_compare(found.code, _code_digest(found, code.strip()))


def _held(invitation: Invitation) -> tuple[Invitation, Step]:
    """The invitation and its step as they are now, the folder locked. Raises ValidationError when it is over."""
    folder = Folder.objects.select_for_update().get(pk=invitation.step.folder_id)
    found = Invitation.objects.select_for_update(of=("self",)).select_related("sent_by").get(pk=invitation.pk)
    step = Step.objects.select_related("desk", "decided_by").get(pk=found.step_id)
    step.folder = folder
    if not found.is_open:
        raise ValidationError("Cette invitation n’est plus valable.")
    _check_current(step)
    return found, step


@transaction.atomic
def sign_outside(invitation: Invitation, *, code: str, signed_copies: Sequence[bytes] = ()) -> Step:
    """The person outside signs: by the code sent to their address (the platform seals in their name), or with the
    copies that they signed with their own tool, one for each document. Records "signing.approve", then
    "signing.finish" after the last step.

    `code` is the one that `check_code` has just found right. Raises ValidationError when the invitation or the step is
    over, `levels.Refused` when a copy is not the document, signed, or when the step asks for a stronger key.
    """
    found, step = _held(invitation)
    if not constant_time_compare(found.code, _code_digest(found, code.strip())):
        raise ValidationError({"code": "Ce n’est pas le code."})
    step.decided_by, step.decided_at = found.sent_by, timezone.now()
    step.capacity = f"qui a invité {found}"[:160]
    made = signature.sign_outside(step, found.name, found.quality, signed_copies)
    signature.note(step, made)
    step.outcome = Step.Outcome.APPROVED
    step.save()
    signature.trace(step, made)
    Invitation.objects.filter(pk=found.pk).end(Outcome.SIGNED)
    data = {"step": step.pk, "invitation": found.pk, "level": str(step.reached), "short": bool(step.shortfall)}
    journal.record("signing.approve", step.folder, actor=None, data=data)
    _skip_others(step)
    _go_on(step.folder, None)
    return step


@transaction.atomic
def refuse_outside(invitation: Invitation, *, reason: str) -> Step:
    """The person outside will not sign: the folder is rejected, with their reason. Records "signing.reject"."""
    if not reason.strip():
        raise ValidationError({"reason": "Dites pourquoi : ceux du circuit le liront."})
    found, step = _held(invitation)
    step.decided_by, step.decided_at = found.sent_by, timezone.now()
    step.capacity = f"qui a invité {found}"[:160]
    step.comment, step.outcome = reason.strip()[:2000], Step.Outcome.REJECTED
    step.save()
    Invitation.objects.filter(pk=found.pk).end(Outcome.REFUSED)
    _reject(step.folder, None, reason.strip()[:500])
    return step
