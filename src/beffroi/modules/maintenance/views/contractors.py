"""`/bureau/travaux/entreprises/`: the links given to contractors; made, renewed, taken back."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from beffroi.kernel.access import permission_required
from beffroi.modules.maintenance import actions
from beffroi.modules.maintenance.access import MANAGE
from beffroi.modules.maintenance.actions.contractors import DAYS, LONGEST
from beffroi.modules.maintenance.forms import bodies
from beffroi.modules.maintenance.models import ContractorAccess
from beffroi.modules.maintenance.views.common import attempt, desk
from beffroi.modules.maintenance.views.upkeep import page_crumbs
from beffroi.shared.organisations.models import Organisation

SHOWN = 100


class AccessForm(forms.Form):
    """To whom a link is given, and for how long."""

    own_data = False
    organisation = forms.ModelChoiceField(label="Pour les travaux de", queryset=Organisation.objects.none())
    contractor = forms.ModelChoiceField(
        label="Entreprise", queryset=Organisation.objects.none(), required=False, empty_label="Une autre"
    )
    name = forms.CharField(label="Nom de l’autre entreprise", max_length=160, required=False)
    email = forms.EmailField(
        label="Courriel de l’entreprise", help_text="Le lien lui est envoyé, puis un message à chaque nouveau travail."
    )
    days = forms.IntegerField(label="Valable, en jours", min_value=1, max_value=LONGEST, initial=DAYS)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        owners = bodies(user, MANAGE)
        field = self.fields["organisation"]
        field.queryset = owners
        if len(owners) == 1:
            field.initial, field.widget = owners[0].pk, forms.HiddenInput()
        self.fields["contractor"].queryset = Organisation.objects.filter(kind="company", is_active=True)

    def clean(self):
        data = super().clean()
        if not data.get("contractor") and not data.get("name", "").strip():
            self.add_error("name", "Choisissez une entreprise, ou écrivez son nom.")
        return data


def _links(request):
    return ContractorAccess.objects.filter(organisation__in=bodies(request.user, MANAGE))


@desk
@permission_required(MANAGE)
def contractors(request):
    form = AccessForm(request.POST or None, user=request.user)
    if form.is_valid():
        made: list = []
        if attempt(form, lambda: made.append(actions.give_access(actor=request.user, **form.cleaned_data))):
            messages.success(request, f"Le lien est envoyé à {made[0].contractor}.")
            return HttpResponseRedirect(reverse("maintenance:contractors"))
    links = list(_links(request).select_related("organisation", "contractor")[:SHOWN])
    for link in links:
        link.address = request.build_absolute_uri(link.get_absolute_url()) if link.is_usable else ""
    context = {"form": form, "links": links, "days": DAYS, "breadcrumbs": page_crumbs(("Entreprises", ""))}
    return render(request, "maintenance/contractors.html", context)


@desk
@require_POST
@permission_required(MANAGE)
def contractor_move(request, pk, verb):
    """Renew a link (the old one opens nothing any more), or take it back."""
    link = get_object_or_404(_links(request).select_related("contractor"), pk=pk)
    if verb == "renouveler":
        actions.renew_access(link, actor=request.user)
        messages.success(request, f"Un nouveau lien est envoyé à {link.contractor}. L’ancien ne s’ouvre plus.")
    elif verb == "retirer":
        actions.revoke_access(link, actor=request.user)
        messages.success(request, f"Le lien de {link.contractor} ne s’ouvre plus.")
    else:
        raise Http404(verb)
    return HttpResponseRedirect(reverse("maintenance:contractors"))
