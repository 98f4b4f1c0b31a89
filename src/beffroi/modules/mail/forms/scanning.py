"""A batch of scanned letters, the sheets that separate them."""

from django import forms

from beffroi.modules.mail.forms.letters import name_bodies
from beffroi.modules.mail.models import Register
from beffroi.modules.mail.models.register import COMING
from beffroi.shared.files.forms import UploadsField
from beffroi.shared.organisations.models import Team


class BatchForm(forms.Form):
    """What came out of the scanner."""

    own_data = False
    register = forms.ModelChoiceField(
        label="Registre", queryset=Register.objects.none(), empty_label="Choisissez un registre"
    )
    document = UploadsField(label="Lot numérisé, en PDF", most=1)

    def __init__(self, *args, actor, registers, **kwargs):
        super().__init__(*args, **kwargs)
        found = registers.filter(kind__in=COMING, is_active=True).select_related("organisation")
        self.fields["register"].queryset = found
        self.fields["document"].actor = actor
        name_bodies(self.fields["register"], found)
        if len(found) == 1:
            self.fields["register"].initial = found[0].pk


class SheetsForm(forms.Form):
    """Which sheets to print."""

    own_data = False
    register = forms.ModelChoiceField(
        label="Registre", queryset=Register.objects.none(), empty_label="Choisissez un registre"
    )
    teams = forms.ModelMultipleChoiceField(
        label="Services",
        queryset=Team.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Une feuille au nom d’un service y envoie le pli qui la suit. Aucun : des feuilles sans service.",
    )
    copies = forms.IntegerField(label="Exemplaires de chaque", min_value=1, max_value=50, initial=5)

    def __init__(self, *args, registers, **kwargs):
        super().__init__(*args, **kwargs)
        found = registers.filter(kind__in=COMING, is_active=True).select_related("organisation")
        self.fields["register"].queryset = found
        name_bodies(self.fields["register"], found)
        bodies = {one.organisation_id for one in found}
        teams = Team.objects.filter(organisation__in=bodies, is_active=True).select_related("organisation")
        self.fields["teams"].queryset = teams
        if len(bodies) > 1:
            self.fields["teams"].label_from_instance = lambda one: f"{one.name} ({one.organisation.name})"
        if len(found) == 1:
            self.fields["register"].initial = found[0].pk

    def clean(self):
        given = super().clean()
        register = given.get("register")
        if register and any(one.organisation_id != register.organisation_id for one in given.get("teams") or ()):
            self.add_error("teams", "Choisissez des services de l’organisme du registre.")
        return given
