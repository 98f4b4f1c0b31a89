"""The filters of the homes without a quotient of the year."""

from django import forms


class QuotientFilter(forms.Form):
    """By what is known, by the name of the home."""

    q = forms.CharField(label="Rechercher", required=False, max_length=80)
    etat = forms.ChoiceField(
        label="Quotient",
        required=False,
        choices=[("", "Tous"), ("manquant", "Jamais donné"), ("ancien", "D’une autre année")],
    )

    def chosen(self) -> dict:
        """What filters; a value that is not one filters nothing and is told."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
