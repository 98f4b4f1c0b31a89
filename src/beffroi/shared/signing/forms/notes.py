"""A sticky note on a page."""

from django import forms


class NoteForm(forms.Form):
    """The place is given in hundredths of the page, from its upper left corner; the script writes it at a press."""

    page = forms.IntegerField(label="Page", min_value=1)
    x = forms.DecimalField(
        label="Depuis la gauche (%)", min_value=0, max_value=100, max_digits=4, decimal_places=1, initial=50
    )
    y = forms.DecimalField(
        label="Depuis le haut (%)", min_value=0, max_value=100, max_digits=4, decimal_places=1, initial=50
    )
    text = forms.CharField(
        label="Note",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Écrivez la note."},
    )
    is_private = forms.BooleanField(label="Pour mon bureau seulement", required=False)
    client_uuid = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, pages: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["page"].max_value = pages
        self.fields["page"].validators.append(forms.fields.validators.MaxValueValidator(pages))

    def given(self) -> dict:
        """What the actions take: the place in thousandths."""
        said = self.cleaned_data
        place = {"page": said["page"], "x": int(said["x"] * 10), "y": int(said["y"] * 10)}
        return place | {"text": said["text"], "is_private": said["is_private"]}
