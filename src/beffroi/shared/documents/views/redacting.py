"""Hide passages of a document in a copy."""

import pypdfium2
from django.core.exceptions import PermissionDenied
from django.http import Http404, StreamingHttpResponse
from django.views.decorators.http import require_safe

from beffroi.kernel import access as kernel_access
from beffroi.kernel.writing import posted, write
from beffroi.shared.documents import access, actions
from beffroi.shared.documents.actions.redacting import source_of
from beffroi.shared.documents.forms.redacting import RedactForm
from beffroi.shared.documents.models import Document
from beffroi.shared.documents.reading import pages
from beffroi.shared.documents.reading.redact import MOST_PAGES
from beffroi.shared.documents.views.common import desk, get_document, trail

SHOWN = 20


def _source(document) -> tuple[str, str]:
    found = source_of(document)
    if found is None:
        raise Http404("no page")
    return found


def _groups(count: int, size: int) -> list[tuple[int, int]]:
    """The first and the last page of each group of that size."""
    return [(first, min(first + size - 1, count)) for first in range(1, count + 1, size)]


def _start(request, count: int) -> int:
    """The first page that is shown (`?page=`): that of a group of SHOWN."""
    typed = request.GET.get("page", "")
    wanted = int(typed) if typed.isdecimal() and len(typed) < 6 else 1
    return (min(max(wanted, 1), count) - 1) // SHOWN * SHOWN + 1


def _bounds(parts: list[tuple[int, int]], start: int) -> dict[str, int]:
    """The part in which the shown pages are, where the document has several."""
    if len(parts) < 2:
        return {}
    first, last = parts[(start - 1) // MOST_PAGES]
    return {"first": first, "last": last}


def _name(document, parts: list[tuple[int, int]], start: int) -> str:
    bounds = _bounds(parts, start)
    pages = f", pages {bounds['first']} à {bounds['last']}" if bounds else ""
    return f"{document.title[: 100 - len(pages)]} (occulté{pages})"


def _where(document) -> str:
    return f"d{document.folder_id}" if document.folder_id else f"e{document.space_id}"


@desk
def redact(request, pk):
    """Choose what is hidden, and where the copy goes."""
    document = get_document(request, pk)
    if not kernel_access.can(request.user, access.WRITE, document.space.organisation_id):
        raise PermissionDenied(access.WRITE)
    _source(document)
    reading = getattr(document.current, "reading", None)
    count = max(reading.pages if reading else 0, 1)
    start = _start(request, count)
    parts = _groups(count, MOST_PAGES)
    form = RedactForm(
        *posted(request),
        user=request.user,
        organisation_id=document.space.organisation_id,
        initial={"name": _name(document, parts, start), "place": _where(document)} | _bounds(parts, start),
    )
    made: list[Document] = []

    def act():
        given = form.cleaned_data
        space, folder = form.fields["place"].place(given["place"])
        made.append(
            actions.redact_document(
                document,
                actor=request.user,
                space=space,
                folder=folder,
                name=given["name"],
                reason=given["reason"],
                zones=given["zones"],
                passages=given["passages"],
                first=given["first"],
                last=given["last"],
            )
        )

    return write(
        request,
        form,
        act,
        done="La version occultée est faite. Relisez-la avant de la communiquer.",
        to=lambda: made[0].get_absolute_url(),
        template="documents/redact.html",
        document=document,
        pages=range(start, min(start + SHOWN - 1, count) + 1),
        around=_groups(count, SHOWN) if count > SHOWN else [],
        start=start,
        back=document.get_absolute_url(),
        breadcrumbs=trail(
            request.user,
            document.folder,
            document.space,
            (document.name, document.get_absolute_url()),
            ("Occulter", ""),
        ),
    )


@desk
@require_safe
def page(request, pk, page):
    """The picture of a page as it is redacted."""
    document = get_document(request, pk)
    sha256, mime = _source(document)
    try:
        body = pages.picture(sha256, mime, page, "grande")
    except (FileNotFoundError, IndexError, pypdfium2.PdfiumError, OSError) as fault:
        raise Http404 from fault
    answer = StreamingHttpResponse(body, content_type="image/webp")
    answer["Cache-Control"] = "private, max-age=3600"
    return answer
