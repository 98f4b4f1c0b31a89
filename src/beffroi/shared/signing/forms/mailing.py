"""To whom the documents of a folder are sent."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from beffroi.shared.signing.actions.mailing import LONGEST

LINE = re.compile(r"(?P<name>.*?)[\s,;]*<?(?P<email>[^\s,;<>]+@[^\s,;<>]+)>?\s*")


LONG = 300


class MailForm(forms.Form):
    """One person by line: « Jeanne Marchand, jeanne@exemple.fr »."""

    own_data = False
    recipients = forms.CharField(
        label="Destinataires",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=8000,
        help_text="Un par ligne : le nom, une virgule, l’adresse. Chacun reçoit son propre lien.",
    )
    message = forms.CharField(
        label="Message",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Il est dans le courriel et au-dessus des documents.",
    )
    with_annexes = forms.BooleanField(label="Joindre les annexes", required=False, initial=True)
    days = forms.IntegerField(label="Jours pour lire", min_value=1, max_value=LONGEST, initial=30)

    def clean_recipients(self) -> list[tuple[str, str]]:
        found = []
        for number, line in enumerate(self.cleaned_data["recipients"].splitlines(), start=1):
            if not line.strip():
                continue
            read = LINE.fullmatch(line.strip()) if len(line) <= LONG else None
            try:
                if read is None:
                    raise ValidationError("adresse")
                validate_email(read["email"])
            except ValidationError as fault:
                raise ValidationError(f"Ligne {number} : « {line.strip()[:80]} » n’a pas d’adresse juste.") from fault
            found.append((read["name"].strip()[:120] or read["email"], read["email"]))
        return found


class MailAgainForm(forms.Form):
    days = forms.IntegerField(label="Jours pour lire", min_value=1, max_value=LONGEST, initial=30)
