"""What is hidden in the copy of a document."""

from django import forms

from beffroi.shared.documents.forms.documents import PlaceField
from beffroi.shared.documents.reading import redact

REASONS = (
    ("Vie privée (CRPA, L311-6)",) * 2,
    ("Secret médical (CRPA, L311-6)",) * 2,
    ("Secret des affaires (CRPA, L311-6)",) * 2,
    ("Appréciation ou jugement de valeur sur une personne (CRPA, L311-6)",) * 2,
    ("Sécurité publique ou des personnes (CRPA, L311-5)",) * 2,
    ("Autre secret protégé par la loi (CRPA, L311-5)",) * 2,
)


class RedactForm(forms.Form):
    """The words and the zones to hide, why, where the copy goes."""

    own_data = False
    passages = forms.CharField(
        label="Mots ou passages à occulter",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Un par ligne : chacun est occulté partout où le texte des pages le contient.",
    )
    zones = forms.CharField(
        label="Zones à occulter",
        required=False,
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 4, "data-redact-zones": ""}),
        help_text="Une par ligne, en pourcentages de la page : page, gauche, haut, largeur, hauteur. "
        "Dessiner sur une page ajoute sa ligne.",
    )
    first = forms.IntegerField(label="De la page", required=False, min_value=1)
    last = forms.IntegerField(
        label="À la page",
        required=False,
        min_value=1,
        help_text=f"Vides : toutes les pages, {redact.MOST_PAGES} au plus à la fois.",
    )
    reason = forms.ChoiceField(label="Motif", choices=REASONS)
    name = forms.CharField(label="Nom de la version occultée", max_length=110)
    place = PlaceField(help_text="Ses droits sont ceux de ce dossier ; l’original garde les siens.")

    def __init__(self, *args, user, organisation_id, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["place"].offer(user, organisation_id)

    def clean_passages(self):
        lines = [" ".join(line.split()) for line in self.cleaned_data["passages"].splitlines()]
        lines = list(dict.fromkeys(line for line in lines if line))
        if any(len(line) < 2 for line in lines):
            raise forms.ValidationError("Donnez au moins deux lettres par passage.")
        if len(lines) > redact.MOST_WORDS:
            raise forms.ValidationError(f"{redact.MOST_WORDS} passages au plus à la fois.")
        return lines

    def clean_zones(self):
        try:
            return redact.read_zones(self.cleaned_data["zones"])
        except redact.BadZone as fault:
            raise forms.ValidationError(str(fault)) from None
