"""The words of the acts: models, texts, bodies that get a copy."""

from django import forms
from django.utils import timezone

from beffroi.kernel.ui.widgets import DateInput
from beffroi.modules.deliberations.listing import publishers
from beffroi.modules.deliberations.model_texts import HOUSE
from beffroi.modules.deliberations.models import Act, ActTemplate
from beffroi.shared.documents.models import Folder


class TextForm(forms.Form):
    """The text of an act. Choosing a model puts its words in the place of those that are there."""

    own_data = False
    text = forms.CharField(
        label="Texte de l’acte",
        max_length=30000,
        widget=forms.Textarea(attrs={"rows": 24}),
        help_text="Une ligne vide sépare les paragraphes. Les champs entre accolades sont remplis à chaque mise en "
        "page : le numéro et le vote notés en séance y sont donc toujours.",
    )


def models_for(act: Act) -> list[tuple[str, str, str]]:
    """The models offered for this act: (key, name, words); those of the body, then that of the house."""
    own = ActTemplate.objects.filter(organisation=act.organisation_id, nature=act.nature, is_active=True)
    found = [(str(one.pk), one.name, one.text) for one in own]
    if act.nature in HOUSE:
        name, text = HOUSE[Act.Nature(act.nature)]
        found.append(("maison", name, text))
    return found


class TemplateForm(forms.ModelForm):
    own_data = False

    class Meta:
        model = ActTemplate
        fields = ("nature", "name", "text", "is_active")
        widgets = {"text": forms.Textarea(attrs={"rows": 20})}

    nature = forms.ChoiceField(label="Nature", choices=Act.Nature.choices)


class CopiesForm(forms.Form):
    """To whom the act is sent. `act` tells who has had it already."""

    own_data = False
    recipients = forms.ModelMultipleChoiceField(
        label="Destinataires",
        queryset=publishers().none(),
        widget=forms.CheckboxSelectMultiple,
        help_text="Chacun la reçoit dans le dossier qu’il a choisi, sinon par courriel, sinon sur papier.",
    )

    def __init__(self, *args, act: Act, **kwargs):
        super().__init__(*args, **kwargs)
        served = act.copies.values("recipient")
        found = publishers().exclude(pk=act.organisation_id).exclude(pk__in=served)
        self.fields["recipients"].queryset = found
        self.initial["recipients"] = found if act.organisation.is_operator else []


class CopyFolderForm(forms.Form):
    own_data = False
    folder = forms.ModelChoiceField(
        label="Dossier qui reçoit",
        queryset=Folder.objects.none(),
        required=False,
        empty_label="Aucun : les recevoir par courriel",
    )

    def __init__(self, *args, organisation, user, **kwargs):
        super().__init__(*args, **kwargs)
        found = Folder.objects.visible_to(user).filter(space__organisation=organisation, state="open")
        self.fields["folder"].queryset = found.select_related("space").order_by("space__name", "name")
        self.fields["folder"].label_from_instance = lambda one: f"{one.space.name} : {one.name}"


class HandForm(forms.Form):
    handed_on = forms.DateField(label="Remise le", widget=DateInput, initial=timezone.localdate)
