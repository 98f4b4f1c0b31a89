"""Keep fences and what they surround in step: each folder and document points at the nearest one."""

from django.db.models import Q

from beffroi.shared.documents import indexing
from beffroi.shared.documents.models import Document, Fence, Folder, Grant, Space


def of_space(space: Space) -> Fence:
    """The fence around a whole space."""
    return Fence.objects.get(space=space, folder=None, document=None)


def around(space: Space, folder: Folder | None) -> Fence:
    """The fence around what is put in a folder, or at the root of the space."""
    return folder.fence if folder is not None else of_space(space)


def raise_fence(thing: Folder | Document, *, inherits: bool) -> Fence:
    """Give a folder or a document a fence of its own; it surrounds all that was inside the same one."""
    outer = thing.fence
    inner = Fence.objects.create(
        space=thing.space,
        parent=outer,
        inherits=inherits,
        folder=thing if isinstance(thing, Folder) else None,
        document=thing if isinstance(thing, Document) else None,
    )
    _relineage(inner)
    _point(thing, outer, inner)
    thing.fence = inner
    return inner


def take_down(fence: Fence) -> None:
    """Remove the fence of a folder or document: what it surrounded is inside the one around it again."""
    outer = fence.parent
    inside = list(Document.objects.filter(fence=fence).values_list("pk", flat=True))
    Folder.objects.filter(fence=fence).update(fence=outer)
    Document.objects.filter(fence=fence).update(fence=outer)
    indexing.moved(inside)
    inner = list(Fence.objects.filter(parent=fence))
    Fence.objects.filter(parent=fence).update(parent=outer)
    fence.delete()
    for one in inner:
        one.parent = outer
        _relineage(one)


def set_inherits(fence: Fence, inherits: bool) -> None:
    """Let the rights from above in, or keep them out."""
    fence.inherits = inherits
    fence.save(update_fields=["inherits"])
    _relineage(fence)


def moved(folder: Folder, before: Fence) -> None:
    """After a folder went elsewhere: what was inside `before` is inside the fence of the new place."""
    after = around(folder.space, folder.parent)
    own = Fence.objects.filter(folder=folder).first()
    if own is not None:
        own.parent, own.space = after, folder.space
        own.save(update_fields=["parent", "space"])
        _relineage(own)
        return
    _point(folder, before, after)
    folder.fence = after


def _point(thing: Folder | Document, old: Fence, new: Fence) -> None:
    """All that is under the thing and pointed at `old` points at `new`, the fences raised there included."""
    if isinstance(thing, Document):
        Document.objects.filter(pk=thing.pk).update(fence=new)
        indexing.moved([thing.pk])
        return
    below = Folder.objects.below(thing)
    inside = list(below.values_list("pk", flat=True))
    Folder.objects.filter(pk__in=inside, fence=old).update(fence=new)
    documents = list(Document.objects.filter(folder__in=inside, fence=old).values_list("pk", flat=True))
    Document.objects.filter(pk__in=documents).update(fence=new)
    indexing.moved(documents)
    raised = Fence.objects.filter(Q(folder__in=inside) | Q(document__folder__in=inside), parent=old).exclude(pk=new.pk)
    for fence in list(raised):
        fence.parent, fence.space = new, new.space
        fence.save(update_fields=["parent", "space"])
        _relineage(fence)


def _relineage(fence: Fence) -> None:
    parent = Fence.objects.filter(pk=fence.parent_id).first() if fence.inherits else None
    fence.lineage = [fence.pk, *(parent.lineage if parent else [])]
    fence.save(update_fields=["lineage"])
    for inner in Fence.objects.filter(parent=fence):
        _relineage(inner)


def explain(fence: Fence) -> list[tuple[Fence, list[Grant]]]:
    """Who enters, nearest first: each fence that counts, with the rights that it gives."""
    counted = Fence.objects.select_related("folder", "document", "space").in_bulk(fence.lineage)
    grants: dict[int, list[Grant]] = {}
    for grant in Grant.objects.filter(fence__in=fence.lineage).select_related("user", "team", "organisation"):
        grants.setdefault(grant.fence_id, []).append(grant)
    return [(counted[pk], grants.get(pk, [])) for pk in fence.lineage if pk in counted]
