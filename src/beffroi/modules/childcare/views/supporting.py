"""The bodies that pay for a home, at the desk."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from beffroi.modules.childcare import actions
from beffroi.modules.childcare.access import REGISTER
from beffroi.modules.childcare.errors import Refused
from beffroi.modules.childcare.forms.supporting import SupportForm
from beffroi.modules.childcare.models import Support
from beffroi.modules.childcare.views.common import desk, find_home
from beffroi.modules.childcare.views.dossier import attempt, crumbs


@never_cache
@desk(REGISTER)
def support(request, pk, home):
    """Who pays for this home besides its payer, now and before; one more."""
    held = find_home(request, pk, home)
    form = SupportForm(request.POST or None, instance=Support(home=held), organisation=held.child.organisation_id)
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(form, lambda: actions.save_support(form.instance, actor=request.user))
    ):
        messages.success(request, f"{form.instance.body} reçoit les prochaines factures pour sa part.")
        return redirect(held.child)
    context = {
        "form": form,
        "home": held,
        "child": held.child,
        "today": timezone.localdate(),
        "supports": held.supports.select_related("body"),
        "breadcrumbs": crumbs(held.child, "Prise en charge"),
    }
    return render(request, "childcare/desk/support.html", context)


@never_cache
@require_POST
@desk(REGISTER)
def support_end(request, pk, home, support):
    """The body no longer pays from today on."""
    held = find_home(request, pk, home)
    try:
        actions.end_support(get_object_or_404(held.supports, pk=support), actor=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "La prise en charge s’arrête hier ; les factures déjà émises ne changent pas.")
    return redirect("childcare:support", pk, home)
