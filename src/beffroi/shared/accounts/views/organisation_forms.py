"""What the administrator of an organisation fills in."""

from django import forms
from django.db.models import Q

from beffroi.shared.accounts import access
from beffroi.shared.organisations.models import Team


def _role_field(organisation, label: str) -> forms.ChoiceField:
    choices = [(role.code, role.label) for role in access.offered_roles(organisation)]
    return forms.ChoiceField(label=label, choices=[("", "Choisissez un rôle"), *choices])


def _team_field(organisation) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        label="Équipe",
        queryset=Team.objects.filter(organisation_id=organisation.pk, is_active=True),
        required=False,
        empty_label="Toute l’organisation",
    )


class InviteForm(forms.Form):
    own_data = False
    email = forms.EmailField(
        label="Adresse électronique",
        max_length=254,
        help_text="L’adresse de travail de cette personne, qu’elle est seule à lire.",
    )

    def __init__(self, *args, organisation, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["role"] = _role_field(organisation, "Rôle")
        self.fields["team"] = _team_field(organisation)


class RoleForm(forms.Form):
    start = forms.DateField(
        label="À partir du",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Sans date : dès aujourd’hui.",
    )
    end = forms.DateField(
        label="Jusqu’au",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Ce jour compris. Sans date : jusqu’à ce que vous y mettiez fin.",
    )

    def __init__(self, *args, organisation, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["role"] = _role_field(organisation, "Rôle")
        self.fields["team"] = _team_field(organisation)
        self.order_fields(["role", "team", "start", "end"])


class AccessForm(forms.Form):
    def __init__(self, *args, organisation, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["role"] = _role_field(organisation, "Rôle à donner")
        self.fields["team"] = _team_field(organisation)


class EndRoleForm(forms.Form):
    day = forms.DateField(
        label="Dernier jour",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Ce jour compris. Sans date : le rôle prend fin tout de suite.",
    )


class TeamForm(forms.ModelForm):
    own_data = False

    class Meta:
        model = Team
        fields = ["name", "email", "is_active"]
        help_texts = {
            "email": "Une adresse partagée, si l’équipe en a une.",
            "is_active": "Une équipe fermée ne reçoit plus rien ; ce qu’elle a traité reste.",
        }

    def __init__(self, *args, organisation, **kwargs):
        super().__init__(*args, **kwargs)
        self.organisation = organisation
        if self.instance.pk is None:
            del self.fields["is_active"]

    def clean_name(self):
        name = self.cleaned_data["name"].strip()
        same = Team.objects.filter(Q(name__iexact=name), organisation_id=self.organisation.pk)
        if same.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("Une équipe de l’organisation porte déjà ce nom.")
        return name


class FindOrganisationForm(forms.Form):
    q = forms.CharField(label="Nom de l’organisation", required=False)
