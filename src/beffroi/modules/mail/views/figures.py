"""The statistics of the delays."""

import datetime

from django import forms
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from beffroi.kernel import sheets
from beffroi.kernel.access import permission_required
from beffroi.kernel.ui.widgets import DateInput
from beffroi.modules.mail import rights, statistics
from beffroi.modules.mail.models import Register
from beffroi.modules.mail.views.common import crumbs
from beffroi.shared.organisations.models import Organisation

HEADERS = ("Reçus", "Répondus", "En cours", "En retard", "Délai moyen en jours", "Répondus dans le délai, en %")


class PeriodForm(forms.Form):
    """Which letters are counted."""

    depuis = forms.DateField(label="Enregistrés depuis le", required=False, widget=DateInput)
    jusqu_au = forms.DateField(label="Jusqu’au", required=False, widget=DateInput)
    organisme = forms.ModelChoiceField(
        label="Organisme", queryset=Organisation.objects.none(), required=False, empty_label="Tous"
    )

    def __init__(self, *args, bodies, **kwargs):
        super().__init__(*args, **kwargs)
        chosen = self.fields["organisme"]
        chosen.queryset = bodies
        chosen.choices = [("", "Tous"), *((one.pk, one.name) for one in bodies)]
        if len(bodies) < 2:
            del self.fields["organisme"]


def _counted(request):
    keeping = Register.objects.values("organisation")
    bodies = rights.bodies_where(request.user, rights.REGISTER).filter(pk__in=keeping)
    form = PeriodForm(request.GET, bodies=bodies)
    form.is_valid()
    today = timezone.localdate()
    since = form.cleaned_data.get("depuis") or today - datetime.timedelta(days=365)
    until = form.cleaned_data.get("jusqu_au") or today
    letters = statistics.received(request.user, since, until)
    if body := form.cleaned_data.get("organisme"):
        letters = letters.filter(organisation=body)
    return form, letters, since, until


@never_cache
@require_safe
@permission_required(rights.REGISTER)
def index(request):
    """By type, by service, by month."""
    form, letters, since, until = _counted(request)
    types, total = statistics.by(letters, "type__name", "Sans type")
    context = {
        "filters": form,
        "since": since,
        "until": until,
        "total": total,
        "tables": [
            ("Par type", types),
            ("Par service", statistics.by(letters, "team__name", "Sans service")[0]),
        ],
        "months": statistics.months(letters),
        "kinds": sheets.LABELS,
        "query": request.GET.urlencode(),
        "breadcrumbs": crumbs(("Statistiques", "")),
    }
    return render(request, "mail/figures.html", context)


@never_cache
@require_safe
@permission_required(rights.REGISTER)
def table(request, kind):
    """The same as a table."""
    if kind not in sheets.TYPES:
        raise Http404(kind)
    _form, letters, since, until = _counted(request)

    def sheet(title: str, lines) -> sheets.Sheet:
        rows = [(one.label, one.received, one.answered, one.pending, one.late, one.days, one.in_time) for one in lines]
        return sheets.Sheet(title, ("", *HEADERS), rows, (34,))

    parts = [
        sheet("Par type", statistics.by(letters, "type__name", "Sans type")[0]),
        sheet("Par service", statistics.by(letters, "team__name", "Sans service")[0]),
    ]
    return sheets.response(kind, f"courrier-delais-{since:%Y-%m-%d}-{until:%Y-%m-%d}", parts)
