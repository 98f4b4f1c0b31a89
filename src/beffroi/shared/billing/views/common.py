"""What the screens of the régie share."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, F, Q
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.cache import never_cache

from beffroi.kernel import access
from beffroi.kernel.access import agent_required
from beffroi.kernel.writing import tell
from beffroi.shared.billing.models import Invoice, Regie
from beffroi.shared.organisations.models import Organisation
from beffroi.shared.people.models import Person

FOUND = 20


def desk(view):
    return never_cache(agent_required(view))


def find_invoice(request, number: str) -> Invoice:
    """The invoice that this person may see, or 404."""
    found = Invoice.objects.visible_to(request.user).select_related(
        "regie__organisation", "payer__user", "payer_body", "credits", "run", "created_by"
    )
    return get_object_or_404(found, number=number.upper())


def find_regie(request, code: str, permission: str) -> Regie:
    """A régie in which this person has a permission; 404 when they may not even see it, 403 when only see."""
    regie = get_object_or_404(Regie.objects.visible_to(request.user).select_related("organisation"), code=code.upper())
    if not access.can(request.user, permission, regie.organisation_id):
        raise PermissionDenied(permission)
    return regie


def find_payers(regie: Regie, typed: str) -> list[Person]:
    """The people whose name, or the number of an invoice, was typed; those who owe to the régie (`waiting`) first."""
    if len(typed) < 2:
        return []
    found = Person.objects.living()
    for word in typed.split()[:4]:
        found = found.filter(
            Q(last_name__unaccent__icontains=word)
            | Q(first_name__unaccent__icontains=word)
            | Q(invoices__number__iexact=word, invoices__regie=regie)
        )
    due = Q(invoices__regie=regie, invoices__kind="invoice", invoices__paid__lt=F("invoices__total"))
    found = found.distinct().annotate(waiting=Count("invoices", filter=due, distinct=True))
    return list(found.order_by("-waiting", "last_name", "first_name")[:FOUND])


def find_bodies(regie: Regie, typed: str) -> list[Organisation]:
    """The bodies that this régie has invoiced, by their name or the number of an invoice; those who owe first."""
    if len(typed) < 2:
        return []
    mine = regie.invoices.filter(payer_body__isnull=False)
    found = Organisation.objects.filter(pk__in=mine.values("payer_body"))
    for word in typed.split()[:4]:
        numbered = mine.filter(number__iexact=word).values("payer_body")
        found = found.filter(Q(name__unaccent__icontains=word) | Q(pk__in=numbered))
    due = Q(invoices__regie=regie, invoices__kind="invoice", invoices__paid__lt=F("invoices__total"))
    found = found.annotate(waiting=Count("invoices", filter=due, distinct=True))
    return list(found.order_by("-waiting", "name")[:FOUND])


def allowed(request, regie: Regie, permission: str) -> None:
    """Raise PermissionDenied unless this person may do it in that régie."""
    access.require(request.user, permission, regie.organisation_id)


def attempt(form, gesture) -> bool:
    """Do `gesture`; a refusal is told in the form, and what was typed is kept."""
    try:
        gesture()
    except ValidationError as error:
        tell(form, error)
        return False
    return True


def crumbs(*steps: tuple[str, str]) -> list[tuple[str, str]]:
    return [("Bureau", "/bureau/"), ("Factures", reverse("billing:invoices")), *steps]
