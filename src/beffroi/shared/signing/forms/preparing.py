"""Prepare a folder, send it, prepare it again."""

from django import forms

from beffroi.shared.files.actions import SIGNED
from beffroi.shared.files.forms import UploadsField
from beffroi.shared.signing.forms.details import add_details
from beffroi.shared.signing.models import Circuit, Desk, Folder, Route


class FolderForm(forms.Form):
    """A new folder, of a `nature`, or in one of the `circuits` of the bodies for which the person may prepare one."""

    own_data = False
    circuit = forms.ModelChoiceField(
        label="Circuit", queryset=Circuit.objects.none(), empty_label="Choisissez un circuit"
    )
    title = forms.CharField(label="Objet", max_length=200)
    document = UploadsField(label="Document à signer", most=1, kind=SIGNED)
    others = UploadsField(
        label="Autres documents à signer",
        most=9,
        required=False,
        kind=SIGNED,
        help_text="Signés du même geste que le premier : tous, ou aucun. 9 au plus, de noms différents.",
    )
    annexes = UploadsField(label="Annexes", most=10, required=False)
    note = forms.CharField(
        label="Mot d’accompagnement", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args, actor, circuits, nature=None, **kwargs):
        super().__init__(*args, **kwargs)
        if nature is not None:
            del self.fields["circuit"]
        else:
            self.fields["circuit"].queryset = circuits
            self.fields["circuit"].label_from_instance = lambda one: f"{one.name} ({one.organisation.name})"
        add_details(self, nature, "creation")
        for name in ("document", "others", "annexes"):
            self.fields[name].actor = actor


class SubmitForm(forms.Form):
    """The desks that the circuit leaves to choose."""

    def __init__(self, *args, folder: Folder, **kwargs):
        super().__init__(*args, **kwargs)
        desks = Desk.objects.filter(organisation=folder.organisation_id, is_active=True)
        self.left = list(folder.circuit.steps.filter(route=Route.CHOSEN))
        for step in self.left:
            self.fields[f"step_{step.pk}"] = forms.ModelChoiceField(
                label=f"{step.get_kind_display()}, rang {step.position}",
                queryset=desks,
                empty_label="Choisissez un bureau",
            )

    def chosen(self) -> dict[int, Desk]:
        return {step.pk: self.cleaned_data[f"step_{step.pk}"] for step in self.left}


class AgainForm(forms.Form):
    """A folder prepared again, with a corrected document or the first one."""

    document = UploadsField(
        label="Document corrigé",
        most=1,
        kind=SIGNED,
        required=False,
        help_text="Sans nouveau document, celui du premier envoi est repris, sans signature.",
    )

    def __init__(self, *args, actor, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["document"].actor = actor


class ChainForm(forms.Form):
    """Another circuit for a document that is signed."""

    circuit = forms.ModelChoiceField(label="Circuit", queryset=Circuit.objects.none(), empty_label="Choisissez")

    def __init__(self, *args, folder: Folder, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["circuit"].queryset = Circuit.objects.filter(organisation=folder.organisation_id, is_active=True)
