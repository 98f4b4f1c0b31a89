"""What is written to have somebody outside sign, and what that person answers."""

from django import forms

from beffroi.shared.signing.forms.deciding import LARGEST_COPY, CopiesField


class InviteForm(forms.Form):
    own_data = False
    name = forms.CharField(label="Prénom et nom", max_length=120)
    quality = forms.CharField(
        label="Au nom de",
        max_length=120,
        required=False,
        help_text="L’association, l’entreprise… Vide : pour elle-même.",
    )
    email = forms.EmailField(label="Adresse électronique", help_text="Le lien, puis un code, y sont envoyés.")
    days = forms.IntegerField(label="Jours pour signer", min_value=1, max_value=90, initial=15)


class OutsideForm(forms.Form):
    """The code, and what proves that one agrees; or the copy signed with one's own tool."""

    own_data = False
    code = forms.CharField(
        label="Code reçu",
        max_length=12,
        help_text="Six chiffres, valables un quart d’heure.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )
    agreed = forms.BooleanField(
        label="J’ai lu le document et je le signe",
        error_messages={"required": "Cochez la case pour signer."},
    )
    signed_copy = CopiesField(
        label="Copie signée avec votre outil",
        required=False,
        help_text="Seulement si vous avez votre propre certificat. Sinon, laissez vide. Une copie par document.",
    )

    def clean_code(self) -> str:
        return "".join(self.cleaned_data["code"].split())

    def clean_signed_copy(self):
        sent = self.cleaned_data["signed_copy"]
        if any(one.size > LARGEST_COPY for one in sent):
            raise forms.ValidationError("Ce fichier est trop lourd.")
        return sent


class RefusalForm(forms.Form):
    own_data = False
    reason = forms.CharField(
        label="Motif",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Dites pourquoi : ceux du circuit le liront."},
    )
