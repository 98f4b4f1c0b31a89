"""The public reports, filtered as the address says: the same for the list, the map, the feeds and the files."""

from django import forms
from django.db.models import Q
from django.utils.dateparse import parse_date

from beffroi.kernel.ui.widgets import DateInput
from beffroi.modules.reports.models import Category, Report
from beffroi.modules.reports.models.watch import WIDEST
from beffroi.modules.reports.workflow import OPEN, S
from beffroi.shared.organisations.models import Commune

STATES = {
    "ouverts": ("En cours", OPEN),
    "nouveaux": ("Reçus, pas encore pris en charge", (S.NEW,)),
    "resolus": ("Résolus", (S.RESOLVED,)),
    "non-retenus": ("Non retenus", (S.REFUSED,)),
}
ORDERS = {"-recu": "-created_at", "recu": "created_at", "commune": "commune__name", "-commune": "-commune__name"}


class PublicFilters(forms.Form):
    """The filters of the public list. A value that means nothing is left aside."""

    q = forms.CharField(
        label="Mot, rue ou référence", required=False, max_length=80, widget=forms.TextInput(attrs={"type": "search"})
    )
    categorie = forms.ChoiceField(label="Catégorie", required=False)
    etat = forms.ChoiceField(
        label="État", required=False, choices=[("", "Tous"), *((code, label) for code, (label, _s) in STATES.items())]
    )
    commune = forms.ChoiceField(label="Commune", required=False)
    depuis = forms.DateField(label="Depuis le", required=False, widget=DateInput)
    jusqu_au = forms.DateField(label="Jusqu’au", required=False, widget=DateInput)
    pres = forms.CharField(required=False, max_length=30, widget=forms.HiddenInput)
    rayon = forms.CharField(required=False, max_length=5, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        communes = Commune.objects.members().values_list("slug", "name")
        self.fields["commune"].choices = [("", "Toutes"), *communes]
        groups: dict[str, list] = {}
        for one in Category.objects.offered():
            family = groups.setdefault(one.parent.label, [(one.parent.code, f"{one.parent.label}\u202f: tout")])
            family.append((one.code, one.label))
        self.fields["categorie"].choices = [("", "Toutes"), *groups.items()]


def filtered(given, reports=None):
    """The public reports that these parameters (a QueryDict) ask for, in no order."""
    reports = Report.objects.public() if reports is None else reports
    if code := given.get("categorie", "")[:40]:
        reports = reports.filter(Q(category__code=code) | Q(category__parent__code=code))
    if state := STATES.get(given.get("etat", "")):
        reports = reports.filter(state__in=state[1])
    if slug := given.get("commune", "").strip()[:80]:
        reports = reports.filter(commune__slug=slug)
    if since := _date(given.get("depuis", "")):
        reports = reports.filter(created_at__date__gte=since)
    if until := _date(given.get("jusqu_au", "")):
        reports = reports.filter(created_at__date__lte=until)
    if circle := near(given):
        reports = reports.within(*circle)
    if text := given.get("q", "").strip()[:80]:
        shown = Q(text_shown_at__isnull=False, description__icontains=text)
        known = Q(Q(address_is_known=True) | Q(text_shown_at__isnull=False), address__icontains=text)
        named = Q(category__label__icontains=text) | Q(commune__name__icontains=text)
        reports = reports.filter(Q(reference__iexact=text) | shown | known | named)
    return reports


def near(given) -> tuple[tuple[float, float], int] | None:
    """The circle that the parameters ask for, `pres=50.157,2.341&rayon=500`: ((longitude, latitude), metres)."""
    try:
        latitude, longitude = (float(part) for part in given.get("pres", "")[:40].split(","))
        radius = int(given.get("rayon", "") or 500)
    except ValueError:
        return None
    return ((longitude, latitude), min(radius, WIDEST)) if abs(latitude) < 85 and abs(longitude) <= 180 else None


def _date(text: str):
    try:
        return parse_date(text[:10])
    except ValueError:
        return None
