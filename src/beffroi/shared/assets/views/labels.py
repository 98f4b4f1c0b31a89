"""`/bureau/equipements/etiquettes/`: sheets of labels for the assets that the address asks for."""

from django import forms
from django.shortcuts import render
from django.views.decorators.http import require_safe

from beffroi.kernel import pdf
from beffroi.kernel.access import permission_required
from beffroi.shared.assets import labels
from beffroi.shared.assets.access import VIEW
from beffroi.shared.assets.views.common import crumbs, desk
from beffroi.shared.assets.views.listing import selection


class SheetForm(forms.Form):
    """Which labels, and where the first free one is."""

    own_data = False
    planche = forms.ChoiceField(label="Planche d’étiquettes", choices=[(s.code, s.label) for s in labels.SHEETS])
    debut = forms.IntegerField(
        label="Première étiquette libre",
        min_value=1,
        max_value=65,
        initial=1,
        help_text="Pour finir une planche entamée : 1 est en haut à gauche, 2 à sa droite.",
    )


@desk
@require_safe
@permission_required(VIEW)
def sheets(request):
    """The choice of the sheet, then the PDF."""
    assets = selection(request)
    count = assets.count()
    asked = "planche" in request.GET
    form = SheetForm(request.GET if asked else None)
    if asked and form.is_valid() and 0 < count <= labels.MOST:
        on = labels.sheet(form.cleaned_data["planche"])
        rows = list(assets.select_related("kind", "organisation"))
        bodies = {asset.organisation.name for asset in rows}
        content = labels.render(
            rows, on, start=form.cleaned_data["debut"], owner=bodies.pop() if len(bodies) == 1 else ""
        )
        return pdf.response("etiquettes", content)
    kept = [(name, value) for name in request.GET for value in request.GET.getlist(name) if name not in form.fields]
    context = {
        "form": form,
        "count": count,
        "most": labels.MOST,
        "kept": [(name, value) for name, value in kept if name != "page"],
        "breadcrumbs": crumbs(None, ("Étiquettes", "")),
    }
    return render(request, "assets/labels.html", context)
