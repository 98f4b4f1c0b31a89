"""What the screens of the régie share."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.cache import never_cache

from beffroi.kernel import access
from beffroi.kernel.access import agent_required
from beffroi.shared.billing.models import Invoice, Regie


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


def allowed(request, regie: Regie, permission: str) -> None:
    """Raise PermissionDenied unless this person may do it in that régie."""
    access.require(request.user, permission, regie.organisation_id)


def attempt(form, gesture) -> bool:
    """Do `gesture`; a refusal is told in the form, and what was typed is kept."""
    try:
        gesture()
    except ValidationError as error:
        known = hasattr(error, "error_dict") and set(error.error_dict) <= set(form.fields)
        form.add_error(None, error if known else ValidationError(error.messages))
        return False
    return True


def crumbs(*steps: tuple[str, str]) -> list[tuple[str, str]]:
    return [("Bureau", "/bureau/"), ("Factures", reverse("billing:invoices")), *steps]
