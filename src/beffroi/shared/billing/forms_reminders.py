"""The steps of the reminders of a régie, a block of fields each; an empty block is left out."""

from django import forms
from django.core.exceptions import ValidationError

from beffroi.shared.billing import reminding
from beffroi.shared.billing.models import Regie
from beffroi.shared.billing.reminding import Channel, Step

NAMES = ("days", "title", "channel", "text")


class RemindersForm(forms.Form):
    """The steps follow one another in the order of their delays, whatever the order of the blocks."""

    own_data = False

    def __init__(self, *args, regie: Regie, **kwargs):
        super().__init__(*args, **kwargs)
        steps = regie.steps
        for rank in range(reminding.MOST_STEPS):
            step = steps[rank] if rank < len(steps) else None
            self.fields[f"days{rank}"] = forms.IntegerField(
                label="Jours de retard",
                required=False,
                min_value=1,
                max_value=reminding.MOST_DAYS,
                initial=step and step.days,
            )
            self.fields[f"title{rank}"] = forms.CharField(
                label="Nom", required=False, max_length=reminding.TITLE_LENGTH, initial=step and step.title
            )
            self.fields[f"channel{rank}"] = forms.ChoiceField(
                label="Comment", required=False, choices=Channel.choices, initial=step.channel if step else None
            )
            self.fields[f"text{rank}"] = forms.CharField(
                label="Texte",
                required=False,
                max_length=reminding.TEXT_LENGTH,
                initial=step and step.text,
                widget=forms.Textarea(attrs={"rows": 3}),
            )

    def blocks(self) -> list[tuple[str, list, bool]]:
        """(title, fields, written) of each step, and of those that may be added."""
        found = []
        for rank in range(reminding.MOST_STEPS):
            fields = [self[f"{name}{rank}"] for name in NAMES]
            written = any(field.errors or (field.value() and field.name != f"channel{rank}") for field in fields)
            found.append((f"Étape {rank + 1}", fields, written))
        return found

    def steps(self) -> list[Step]:
        """What was typed; a block of which the delay, the name and the text are empty is no step."""
        found = []
        for rank in range(reminding.MOST_STEPS):
            days, title, channel, text = (self.cleaned_data.get(f"{name}{rank}") for name in NAMES)
            if days or title or text:
                channel = channel or Channel.MESSAGE.value
                found.append(Step(days=days or 0, title=title or "", text=text or "", channel=channel))
        return found

    def clean(self):
        data = super().clean()
        for rank in range(reminding.MOST_STEPS):
            written = {name: data.get(f"{name}{rank}") for name in ("days", "title", "text")}
            for name, value in written.items():
                if any(written.values()) and not value and f"{name}{rank}" not in self.errors:
                    self.add_error(f"{name}{rank}", "Remplissez ce champ, ou videz toute l’étape.")
        if not self.errors:
            try:
                reminding.check(self.steps())
            except ValidationError as fault:
                self.add_error(None, fault)
        return data
