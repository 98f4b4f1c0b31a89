"""`/media/`: the pictures that editors put in pages. Documents have their own door, which asks Wagtail."""

import re

from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404
from django.views.decorators.http import require_safe

KINDS = {"webp": "image/webp", "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif"}
PATH = re.compile(r"(images|original_images)/[\w.-]+")


@login_not_required
@require_safe
def picture(request, path):
    """A picture of Wagtail and its smaller copies; nothing else of that folder."""
    kind = KINDS.get(path.rpartition(".")[2].lower())
    if kind is None or not PATH.fullmatch(path):
        raise Http404(path)
    try:
        content = default_storage.open(path)
    except FileNotFoundError as error:
        raise Http404(path) from error
    response = FileResponse(content, content_type=kind)
    response["Cache-Control"] = "public, max-age=604800"
    response["X-Content-Type-Options"] = "nosniff"
    return response
