"""A template to fill: one field for each of its own."""

from django import forms

from beffroi.shared.documents.forms.documents import PlaceField

FORMATS = (
    ("same", "Comme le modèle, à retoucher dans une suite bureautique"),
    ("pdf", "PDF : le texte, sans la mise en page"),
)


class FillForm(forms.Form):
    """`names` = the fields of the template; `known` = what Beffroi can already say."""

    own_data = False
    name = forms.CharField(label="Nom du document", max_length=120)
    place = PlaceField()
    kind = forms.ChoiceField(label="Format", choices=FORMATS, initial="same")

    def __init__(self, *args, names, known, user, organisation_id, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["place"].offer(user, organisation_id)
        self.names = names
        for name in names:
            self.fields[f"c_{name}"] = forms.CharField(
                label=name.replace("_", " ").capitalize(),
                max_length=2000,
                required=False,
                initial=known.get(name, ""),
                widget=forms.Textarea(attrs={"rows": 2}) if name not in known else forms.TextInput,
            )

    def values(self) -> dict[str, str]:
        """What was typed for each field of the template."""
        return {name: self.cleaned_data[f"c_{name}"] for name in self.names}
