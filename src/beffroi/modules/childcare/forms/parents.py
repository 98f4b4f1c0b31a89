"""Inviting the other parent, joining a home, saying whether two files are of one child."""

from django import forms

from beffroi.modules.childcare.models import Guardian
from beffroi.modules.childcare.models.parents import ALPHABET, LENGTH


class InviteForm(forms.Form):
    """Whom to invite: by e-mail, or without any by the code that is printed."""

    own_data = False
    relation = forms.ChoiceField(label="Cette personne est", choices=Guardian.Relation)
    email = forms.EmailField(
        label="Son courriel",
        max_length=254,
        required=False,
        help_text="Elle y reçoit un lien. Sans courriel, vous lui donnez le code à imprimer.",
    )


class CodeForm(forms.Form):
    """The code on the paper, with or without its dashes."""

    own_data = False
    code = forms.CharField(
        label="Code",
        max_length=40,
        help_text="Seize signes, avec ou sans les tirets.",
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_code(self):
        code = "".join(one for one in self.cleaned_data["code"].upper() if one.isalnum())
        if len(code) != LENGTH or any(one not in ALPHABET for one in code):
            raise forms.ValidationError("Un code a seize signes, comme AB2C-DE3F-GH4J-KM5N.")
        return code


class LinkHomesForm(forms.Form):
    """The second home bears a share of the costs when they are split."""

    own_data = False
    share = forms.IntegerField(
        label="Part des frais du foyer qui vient d’ouvrir un dossier, en %",
        min_value=0,
        max_value=100,
        initial=50,
        help_text="Ne sert que si les frais sont partagés ; se change dans « Garde et paiement ».",
    )
