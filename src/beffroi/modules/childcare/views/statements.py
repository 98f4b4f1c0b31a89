"""`/bureau/enfance/etats-caf/`: the hours that the CAF and the MSA ask for, to read, to print, to export."""

from pathlib import Path

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from beffroi.kernel import pdf, sheets
from beffroi.modules.childcare import statements
from beffroi.modules.childcare.access import REGISTER
from beffroi.modules.childcare.forms.day import StatementForm
from beffroi.modules.childcare.views.common import body_of, desk

PAGE = 40
TEMPLATE = Path(__file__).parent.parent / "documents" / "statement.typ"


def _asked(request) -> tuple[StatementForm, statements.Statement]:
    form = StatementForm(request.GET or None)
    year, quarter = form.chosen()
    return form, statements.read(request.user, year, quarter)


@never_cache
@require_safe
@desk(REGISTER)
def statement(request):
    """The statement of a year or of a quarter."""
    form, found = _asked(request)
    kept = f"annee={found.year}" + (f"&trimestre={found.quarter}" if found.quarter else "")
    context = {
        "form": form,
        "statement": found,
        "kept": kept,
        "kinds": sheets.LABELS.items(),
        "page": Paginator(found.lines, PAGE).get_page(request.GET.get("page")),
        "breadcrumbs": [("Enfance", reverse("childcare:today")), ("États CAF et MSA", "")],
    }
    return render(request, "childcare/desk/statement.html", context)


def _name(found: statements.Statement) -> str:
    return f"heures-enfance-{found.year}" + (f"-t{found.quarter}" if found.quarter else "")


@never_cache
@require_safe
@desk(REGISTER)
def export(request, kind):
    """The same as a table; by name for a check on the spot (`nominatif`)."""
    if kind not in sheets.TYPES:
        raise Http404(kind)
    form, found = _asked(request)
    if request.GET.get("vue") == "nominatif":
        rows = statements.named(request.user, found.year, found.quarter)
        sheet = sheets.Sheet("Heures par enfant", statements.NAMED_HEADERS, rows, widths=[22, 18, 12, 22, 18, 36, 26])
        return sheets.response(kind, f"{_name(found)}-nominatif", [sheet])
    rows = (line.cells for line in found.lines)
    sheet = sheets.Sheet("Heures", statements.HEADERS, rows, widths=statements.WIDTHS)
    return sheets.response(kind, _name(found), [sheet])


@never_cache
@require_safe
@desk(REGISTER)
def document(request):
    """The statement on paper, to be signed and joined to the declaration."""
    _form, found = _asked(request)
    body = body_of(request, REGISTER)
    since, until = found.span
    now = timezone.localtime()
    data = {
        "title": f"État des heures d’accueil {found.year}" + (f", trimestre {found.quarter}" if found.quarter else ""),
        "body": body.name,
        "siret": body.siret,
        "since": f"{since:%d/%m/%Y}",
        "until": f"{min(until, now.date()):%d/%m/%Y}",
        "made_on": f"{now:%d/%m/%Y}",
        "schemes": [[scheme, age, _said(done), _said(charged)] for scheme, age, done, charged in found.by_scheme],
        "rows": [[_said(cell) for cell in line.cells[:7]] for line in found.lines],
        "done": _said(found.done),
        "charged": _said(found.charged),
        "unticked": found.unticked,
        "demo": settings.DEMO,
    }
    return pdf.response(_name(found), pdf.render(TEMPLATE, data, at=now))


def _said(value) -> str:
    return value if isinstance(value, str) else f"{value:,.2f}".replace(",", "\u202f").replace(".", ",")
