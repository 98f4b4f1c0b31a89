"""The public acts, filtered as the address says: the same for the list, the feed and the file."""

from django import forms
from django.utils.dateparse import parse_date

from beffroi.kernel.ui.widgets import DateInput
from beffroi.modules.deliberations import matters
from beffroi.modules.deliberations.models import Act
from beffroi.modules.deliberations.workflow import State
from beffroi.shared.organisations.models import Organisation

THEMES = [("", "Tous"), *matters.FIRST.items()]
NATURES = [(value, label) for value, label in Act.Nature.choices if value != Act.Nature.INDIVIDUAL]
ORDERS = {"-publie": ("-published_at", "-pk"), "decide": ("decided_on", "pk"), "-decide": ("-decided_on", "-pk")}


def publishers():
    """The bodies that may publish here: the EPCI that runs the platform and its member communes, the EPCI first."""
    mine = Organisation.objects.filter(is_active=True)
    return (mine.filter(is_operator=True) | mine.filter(commune__member=True)).order_by("-is_operator", "name")


class PublicFilters(forms.Form):
    """The filters of the public list. A value that means nothing is left aside."""

    q = forms.CharField(
        label="Mot ou numéro", required=False, max_length=80, widget=forms.TextInput(attrs={"type": "search"})
    )
    collectivite = forms.ChoiceField(label="Collectivité", required=False)
    nature = forms.ChoiceField(label="Nature", required=False, choices=[("", "Toutes"), *NATURES])
    theme = forms.ChoiceField(label="Thème", required=False, choices=THEMES)
    depuis = forms.DateField(label="Depuis le", required=False, widget=DateInput)
    jusqu_au = forms.DateField(label="Jusqu’au", required=False, widget=DateInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["collectivite"].choices = [("", "Toutes"), *publishers().values_list("slug", "name")]


def filtered(given, acts=None):
    """The public acts that these parameters (a QueryDict) ask for, in no order."""
    acts = Act.objects.online() if acts is None else acts
    if slug := given.get("collectivite", "").strip()[:80]:
        acts = acts.filter(organisation__slug=slug)
    if given.get("nature") in dict(NATURES):
        acts = acts.filter(nature=given["nature"])
    if given.get("theme") in matters.FIRST:
        acts = acts.filter(matter__startswith=f"{given['theme']}.")
    if since := _date(given.get("depuis", "")):
        acts = acts.filter(decided_on__gte=since)
    if until := _date(given.get("jusqu_au", "")):
        acts = acts.filter(decided_on__lte=until)
    if text := given.get("q", "").strip()[:80]:
        acts = acts.filter(object__unaccent__icontains=text) | acts.filter(number__iexact=text)
    return acts


def _date(text: str):
    try:
        return parse_date(text[:10])
    except ValueError:
        return None


class DeskFilters(forms.Form):
    """The filters of the desk's list."""

    q = forms.CharField(label="Mot ou numéro", required=False, max_length=80)
    etat = forms.ChoiceField(label="État", required=False, choices=[("", "Tous"), *State.choices])
    nature = forms.ChoiceField(label="Nature", required=False, choices=[("", "Toutes"), *Act.Nature.choices])
    collectivite = forms.ChoiceField(label="Collectivité", required=False)
    annee = forms.IntegerField(label="Année", required=False, min_value=1900, max_value=2200)

    def __init__(self, *args, bodies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["collectivite"].choices = [("", "Toutes"), *((body.slug, body.name) for body in bodies)]
        if len(bodies) < 2:
            del self.fields["collectivite"]

    def apply(self, acts):
        """The acts that pass; what means nothing filters nothing and is told beside its field."""
        self.is_valid()
        chosen = self.cleaned_data
        if chosen.get("etat"):
            acts = acts.filter(state=chosen["etat"])
        if chosen.get("nature"):
            acts = acts.filter(nature=chosen["nature"])
        if chosen.get("collectivite"):
            acts = acts.filter(organisation__slug=chosen["collectivite"])
        if chosen.get("annee"):
            acts = acts.filter(decided_on__year=chosen["annee"])
        if text := chosen.get("q", "").strip():
            acts = acts.filter(object__unaccent__icontains=text) | acts.filter(number__iexact=text)
        return acts


SORTS = {
    "number": ("organisation__name", "number", "pk"),
    "decided": ("decided_on", "pk"),
    "object": ("object", "pk"),
    "state": ("state", "-decided_on", "pk"),
}


def sort(acts, wanted: str):
    """By `?tri=`; the latest decision first by default."""
    names = SORTS.get(wanted.removeprefix("-"))
    if names is None:
        return acts.order_by("-decided_on", "-pk")
    sign = "-" if wanted.startswith("-") else ""
    return acts.order_by(f"{sign}{names[0]}", *names[1:])
