"""Spaces, folders and rights."""

from django import forms
from django.utils import timezone

from beffroi.kernel.models import User
from beffroi.kernel.ui.widgets import DateInput
from beffroi.shared.documents.models import Folder, Level, Series, Space
from beffroi.shared.organisations.models import Membership, Organisation, Team


def series_of(organisation_id: int, *, but=None):
    """The series that one may choose in a body, the one already chosen included."""
    found = Series.objects.filter(activity__organisation=organisation_id, is_active=True)
    if but is not None:
        found = found | Series.objects.filter(pk=but)
    return found.select_related("activity").order_by("activity__code", "code")


class SpaceForm(forms.ModelForm):
    own_data = False

    class Meta:
        model = Space
        fields = ["organisation", "name", "team", "about", "is_active"]
        help_texts = {"team": "Avec une équipe, elle seule y entre. Sans équipe, tous ceux de la collectivité."}

    def __init__(self, *args, bodies, **kwargs):
        super().__init__(*args, **kwargs)
        teams = Team.objects.filter(organisation__in=bodies, is_active=True).select_related("organisation")
        self.fields["team"].queryset = teams
        self.fields["team"].label_from_instance = lambda one: f"{one.name} ({one.organisation.name})"
        if self.instance.pk:
            del self.fields["organisation"], self.fields["team"]
        else:
            del self.fields["is_active"]
            self.fields["organisation"].queryset = bodies
            self.fields["organisation"].empty_label = "Choisissez une collectivité"

    def clean(self):
        data = super().clean()
        team, body = data.get("team"), data.get("organisation")
        if team and body and team.organisation_id != body.pk:
            self.add_error("team", "Cette équipe est d’une autre collectivité.")
        return data


class FolderForm(forms.ModelForm):
    """A folder; `inherited` = the series of the place, told as the choice by default."""

    own_data = False

    class Meta:
        model = Folder
        fields = ["name", "series", "reference", "opened_on", "about"]
        widgets = {"opened_on": DateInput, "about": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args, space, inherited=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.space = space
        series = self.fields["series"]
        series.queryset = series_of(space.organisation_id, but=self.instance.series_id)
        series.empty_label = f"Comme le dossier du dessus ({inherited})" if inherited else "Aucune pour l’instant"
        series.help_text = "La série du plan de classement donne la durée d’utilité et le sort final."


class CloseForm(forms.Form):
    day = forms.DateField(
        label="Date de clôture",
        widget=DateInput,
        initial=timezone.localdate,
        help_text="Les dossiers qu’il contient sont clos avec lui. La durée d’utilité se compte de ce jour.",
    )


class RightForm(forms.Form):
    """A right for a person, a team or everyone of a body."""

    own_data = False
    user = forms.ModelChoiceField(label="Personne", queryset=User.objects.none(), required=False, empty_label="–")
    team = forms.ModelChoiceField(label="Équipe", queryset=Team.objects.none(), required=False, empty_label="–")
    organisation = forms.ModelChoiceField(
        label="Toute la collectivité", queryset=Organisation.objects.none(), required=False, empty_label="–"
    )
    level = forms.TypedChoiceField(label="Peut", choices=Level.choices, coerce=int, initial=Level.READ)

    def __init__(self, *args, organisation, **kwargs):
        super().__init__(*args, **kwargs)
        active = Membership.objects.active()
        agents = User.objects.filter(is_active=True, pk__in=active.values("user")).order_by("last_name", "first_name")
        self.fields["user"].queryset = agents
        teams = Team.objects.filter(is_active=True).select_related("organisation").order_by("organisation", "name")
        self.fields["team"].queryset = teams.filter(organisation=organisation)
        bodies = Organisation.objects.filter(is_active=True, pk__in=active.values("organisation")).order_by("name")
        self.fields["organisation"].queryset = bodies

    def clean(self):
        data = super().clean()
        named = [name for name in ("user", "team", "organisation") if data.get(name)]
        if len(named) != 1 and not self.errors:
            raise forms.ValidationError("Nommez une personne, ou une équipe, ou une collectivité.")
        return data
