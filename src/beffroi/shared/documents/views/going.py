"""What leaves: a folder as a ZIP."""

from django.contrib import messages
from django.http import FileResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from beffroi.shared.documents import actions, packing
from beffroi.shared.documents.views.common import desk, get_place


@desk
@require_safe
def pack(request, kind, pk):
    """The documents that the person sees below a place, with their manifest."""
    here = get_place(request, kind, pk)
    try:
        documents = packing.chosen(request.user, here.space, here.folder)
    except packing.TooLarge:
        messages.error(request, "C’est trop pour un seul ZIP (5 000 documents ou 2 Go) : emportez les sous-dossiers.")
        return HttpResponseRedirect(here.thing.get_absolute_url())
    content = packing.pack(documents, here.folder)
    actions.record_export(here.thing, len(documents), actor=request.user)
    name = f"{slugify(here.thing.name) or 'documents'}-{timezone.localdate():%Y-%m-%d}.zip"
    return FileResponse(content, as_attachment=True, filename=name, content_type="application/zip")
