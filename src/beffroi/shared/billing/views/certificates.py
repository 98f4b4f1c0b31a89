"""`/bureau/regie/attestations/`: the certificates of childcare expenses, for the tax return of the families."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel import access, pdf, sheets
from beffroi.kernel.access import permission_required
from beffroi.shared.billing import actions, certificates
from beffroi.shared.billing.access import INVOICE, VIEW
from beffroi.shared.billing.documents import care
from beffroi.shared.billing.forms import regies
from beffroi.shared.billing.money import euros
from beffroi.shared.billing.views.common import desk, find_regie
from beffroi.shared.people.models import Person

PAGE = 50
IN_ONE_FILE = 250


def _crumbs(*steps):
    return [("Bureau", "/bureau/"), ("Attestations fiscales", reverse("billing:certificates") if steps else ""), *steps]


@desk
@require_safe
@permission_required(VIEW)
def home(request):
    """The régies, and the years that each may certify."""
    seen = list(regies(request.user))
    years = certificates.years_by_regie(seen)
    rows = [{"regie": one, "years": years[one.pk]} for one in seen if one.pk in years]
    context = {"rows": rows, "breadcrumbs": _crumbs()}
    return render(request, "billing/certificates_home.html", context)


def _found(request, code: str, year: int, permission: str = VIEW):
    regie = find_regie(request, code, permission)
    if not 2000 <= year <= timezone.localdate().year:
        raise Http404("année")
    return regie, certificates.certificates(year, regie=regie)


@desk
@require_safe
@permission_required(VIEW)
def year(request, code, year):
    """Who paid what in a year, who was told, what is to be printed."""
    regie, found = _found(request, code, year)
    told = dict(regie.care_certificates.filter(year=year).values_list("payer", "told_at"))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    for one in page:
        one.told_at = told.get(one.payer.pk)
    waiting = sum(one.payer.pk not in told for one in found)
    context = {
        "regie": regie,
        "year": year,
        "page": page,
        "count": len(found),
        "waiting": waiting,
        "paper": sum(not one.payer.email and not one.payer.user_id for one in found),
        "paid": sum(one.paid for one in found),
        "over": year < timezone.localdate().year,
        "parts": range(1, (len(found) - 1) // IN_ONE_FILE + 2) if found else [],
        "kinds": sheets.LABELS.items(),
        "may_tell": access.can(request.user, INVOICE, regie.organisation_id),
        "breadcrumbs": _crumbs((f"{regie}, {year}", "")),
    }
    return render(request, "billing/certificates.html", context)


@desk
@require_POST
@permission_required(INVOICE)
def tell(request, code, year):
    """Tell those who were not told yet."""
    regie = find_regie(request, code, INVOICE)
    try:
        count = actions.tell_certificates(regie, year, actor=request.user)
        messages.success(request, f"{count} famille{'s' if count > 1 else ''} prévenue{'s' if count > 1 else ''}.")
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return HttpResponseRedirect(reverse("billing:certificates_year", args=[regie.code, year]))


@desk
@require_safe
@permission_required(VIEW)
def batch_pdf(request, code, year):
    """The certificates in one file to print: all of them, part after part, or those of families without address."""
    regie, found = _found(request, code, year)
    if request.GET.get("qui") == "papier":
        found = [one for one in found if not one.payer.email and not one.payer.user_id]
    part = request.GET.get("partie", "1")
    start = (int(part) - 1) * IN_ONE_FILE if part.isdigit() and part != "0" else 0
    chosen = found[start : start + IN_ONE_FILE]
    if not chosen:
        raise Http404("attestation")
    return pdf.response(f"attestations-{regie.code}-{year}", care.render(chosen))


@desk
@require_safe
@permission_required(VIEW)
def one_pdf(request, code, year, pk):
    """The certificate of one payer, for the desk."""
    regie = find_regie(request, code, VIEW)
    found = certificates.certificates(year, regie=regie, payers=[get_object_or_404(Person, pk=pk)])
    if not found:
        raise Http404("attestation")
    return pdf.response(f"attestation-{regie.code}-{year}-{pk}", care.render(found))


@desk
@require_safe
@permission_required(VIEW)
def export(request, code, year, kind):
    """The list as a table, one line a child."""
    if kind not in sheets.TYPES:
        raise Http404(kind)
    regie, found = _found(request, code, year)
    rows = (
        [one.payer.last_name, one.payer.first_name, child.name, child.born, euros(child.paid), euros(child.vouchers)]
        for one in found
        for child in one.children
    )
    headers = ["Nom du payeur", "Prénom", "Enfant", "Né le", "Payé (€)", "dont CESU et ANCV (€)"]
    sheet = sheets.Sheet(f"Frais de garde {year}", headers, rows, widths=[24, 20, 28, 12, 12, 20])
    return sheets.response(kind, f"frais-de-garde-{regie.code}-{year}", [sheet])


@never_cache
@require_safe
def mine(request, year):
    """What the person paid in a year to have their children looked after, for the tax return."""
    payer = Person.objects.filter(user=request.user).first()
    found = certificates.certificates(year, payers=[payer]) if payer is not None and 2000 <= year <= 9999 else []
    if not found:
        raise Http404("attestation")
    return pdf.response(f"frais-de-garde-{year}", care.render(found))
