"""Spaces and rights."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from beffroi.kernel import journal
from beffroi.shared.documents import access, fences
from beffroi.shared.documents.models import Document, Fence, Folder, Grant, Level, Space


@transaction.atomic
def create_space(*, actor, organisation, name: str, team=None, about: str = "") -> Space:
    """Open a space: its team writes in it, or, without a team, everyone of the body. Records "documents.space"."""
    space = Space(organisation=organisation, name=name.strip(), team=team, about=about.strip())
    access.require_manage(actor, space)
    space.full_clean()
    space.save(force_insert=True)
    fence = Fence.objects.create(space=space)
    fence.lineage = [fence.pk]
    fence.save(update_fields=["lineage"])
    Grant.objects.create(fence=fence, level=Level.WRITE, team=team, organisation=None if team else organisation)
    journal.record("documents.space", space, actor=actor)
    return space


@transaction.atomic
def update_space(space: Space, *, actor) -> Space:
    """Change the name, the words or the opening of a space. Records "documents.space"."""
    access.require_manage(actor, space)
    space.full_clean()
    space.save()
    journal.record("documents.space", space, actor=actor)
    return space


@transaction.atomic
def fence_off(thing: Folder | Document, *, actor, inherits: bool) -> Fence:
    """Give a folder or a document rights of its own, beside those from above (`inherits`) or in their place.

    Who shuts the rights from above out keeps the right to write. Records "documents.rights".
    """
    access.require_manage(actor, thing)
    own = Fence.objects.filter(pk=thing.fence_id).select_for_update().get()
    if own.folder_id != (thing.pk if isinstance(thing, Folder) else None) or own.document_id != (
        thing.pk if isinstance(thing, Document) else None
    ):
        own = fences.raise_fence(thing, inherits=inherits)
    else:
        fences.set_inherits(own, inherits)
    if not inherits and actor is not None and not own.grants.exists():
        Grant.objects.create(fence=own, level=Level.WRITE, user=actor)
    journal.record("documents.rights", thing, actor=actor, data={"inherits": inherits})
    return own


@transaction.atomic
def unfence(thing: Folder | Document, *, actor) -> None:
    """The rights are those of the place again. Records "documents.rights"."""
    access.require_manage(actor, thing)
    own = Fence.objects.filter(folder=thing) if isinstance(thing, Folder) else Fence.objects.filter(document=thing)
    for fence in own.select_related("parent"):
        fences.take_down(fence)
    thing.refresh_from_db()
    journal.record("documents.rights", thing, actor=actor, data={"inherits": True})


@transaction.atomic
def give_right(fence: Fence, *, actor, level: int, user=None, team=None, organisation=None) -> Grant:
    """Let a person, a team or a whole body read, or write. Given again, the level is replaced. Records
    "documents.right_given" on the thing."""
    access.require_manage(actor, fence.space)
    same = {"user": user, "team": team, "organisation": organisation}
    try:
        with transaction.atomic():
            grant, _created = Grant.objects.update_or_create(fence=fence, **same, defaults={"level": level})
    except IntegrityError as fault:
        if "one_subject" in str(fault):
            raise ValidationError("Nommez une personne, une équipe ou une collectivité.") from None
        raise
    journal.record("documents.right_given", surrounded(fence), actor=actor, data={"level": int(level)})
    return grant


@transaction.atomic
def take_right(grant: Grant, *, actor) -> None:
    """Take a right back. Records "documents.right_taken" on the thing."""
    fence = grant.fence
    access.require_manage(actor, fence.space)
    journal.record("documents.right_taken", surrounded(fence), actor=actor, data={"level": grant.level})
    grant.delete()


def surrounded(fence: Fence) -> Space | Folder | Document:
    """What a fence is around."""
    return fence.folder or fence.document or fence.space
