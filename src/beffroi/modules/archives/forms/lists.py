"""The filters of the lists; a value that means nothing is left aside."""

from django import forms
from django.db.models import Q
from django.utils import timezone

from beffroi.modules.archives import rights
from beffroi.modules.archives.models import Shelf
from beffroi.modules.archives.workflow import Asking, Keeping, Sending, State
from beffroi.shared.documents.models import Series
from beffroi.shared.organisations.models import Organisation


class Filters(forms.Form):
    """Words and a body; the others add their own."""

    q = forms.CharField(
        label="Mots de l’intitulé", required=False, max_length=80, widget=forms.TextInput(attrs={"type": "search"})
    )
    collectivite = forms.ModelChoiceField(
        label="Collectivité", required=False, queryset=Organisation.objects.none(), empty_label="Toutes"
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["collectivite"].queryset = rights.bodies_where(user, rights.VIEW)

    def chosen(self, name: str):
        """What was asked for, or an empty value."""
        self.is_valid()
        return self.cleaned_data.get(name)

    def apply(self, rows, *, text: str = "title", body: str = "organisation"):
        """The rows that pass."""
        if words := self.chosen("q"):
            rows = rows.filter(**{f"{text}__unaccent__icontains": words})
        if self.chosen("collectivite"):
            rows = rows.filter(**{body: self.chosen("collectivite")})
        return rows


class DueFilters(Filters):
    """Of what may leave: digital or paper, by series, free or kept; `pile` = what becomes of it."""

    pile = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    nature = forms.ChoiceField(
        label="Nature", required=False, choices=[("", "Dossiers numériques"), ("papier", "Boîtes de papier")]
    )
    serie = forms.ModelChoiceField(label="Série", required=False, queryset=Series.objects.none(), empty_label="Toutes")
    situation = forms.ChoiceField(
        label="Situation",
        required=False,
        choices=[("", "Tous"), ("libre", "Peuvent partir"), ("gel", "Gelés")],
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        bodies = rights.bodies_where(user, rights.VIEW).values("pk")
        self.fields["serie"].queryset = Series.objects.filter(activity__organisation__in=bodies)

    @property
    def is_paper(self) -> bool:
        return self.chosen("nature") == "papier"


class RecordFilters(Filters):
    """Of slips, transfers, handovers: by state."""

    etat = forms.ChoiceField(label="État", required=False)

    def __init__(self, *args, user, states, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        self.fields["etat"].choices = [("", "Tous"), *states]

    def apply(self, rows, **more):
        rows = super().apply(rows, **more)
        return rows.filter(state=self.chosen("etat")) if self.chosen("etat") else rows


class BoxFilters(Filters):
    """Of boxes: by place, state, loan."""

    emplacement = forms.ModelChoiceField(
        label="Emplacement", required=False, queryset=Shelf.objects.none(), empty_label="Tous"
    )
    etat = forms.ChoiceField(
        label="Situation",
        required=False,
        choices=[
            ("", "En place"),
            ("prete", "Prêtées"),
            ("retard", "En retard"),
            ("gel", "Gelées"),
            *[pair for pair in Keeping.choices if pair[0] != "kept"],
            ("tous", "Toutes"),
        ],
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        shelves = rights.of_bodies(Shelf.objects.all(), user).select_related("organisation")
        self.fields["emplacement"].queryset = shelves

    def apply(self, rows, **more):
        if words := self.chosen("q"):
            found = Q(title__unaccent__icontains=words) | Q(contents__unaccent__icontains=words)
            reference = words.upper().split("-")
            if reference[0] == "BTE" and len(reference) == 3 and all(one.isdecimal() for one in reference[1:]):
                found = Q(year=int(reference[1][:4]), number=int(reference[2][:9]))
            rows = rows.filter(found)
        if self.chosen("collectivite"):
            rows = rows.filter(organisation=self.chosen("collectivite"))
        if self.chosen("emplacement"):
            rows = rows.filter(shelf=self.chosen("emplacement"))
        return self._in_situation(rows)

    def _in_situation(self, rows):
        wanted = self.chosen("etat")
        if wanted == "tous":
            return rows
        if wanted == "gel":
            return rows.exclude(held_because="")
        if wanted == "prete":
            return rows.filter(lent_until__isnull=False)
        if wanted == "retard":
            return rows.filter(lent_until__lt=timezone.localdate())
        return rows.filter(state=wanted or Keeping.KEPT)


ELIMINATIONS, TRANSFERS, HANDOVERS = State.choices, Sending.choices, Asking.choices
