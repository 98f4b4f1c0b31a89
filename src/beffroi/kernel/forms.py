"""The forms of the kernel's own pages."""

from django import forms

from beffroi.kernel.models import Delivery
from beffroi.kernel.notices import preferences
from beffroi.kernel.ui.widgets import TimeInput

CHANNELS = {"email": "Courriel", "push": "Notification sur l’appareil", "sms": "SMS"}


class PreferencesForm(forms.Form):
    """One line of boxes for each category, then the quiet hours. `channels` are those that can reach the person."""

    quiet_start = forms.TimeField(label="À partir de", widget=TimeInput)
    quiet_end = forms.TimeField(label="Jusqu’à", widget=TimeInput)

    def __init__(self, *args, user, channels, **kwargs):
        self.categories = preferences.categories(user)
        self.kept = preferences.all_chosen(user)
        self.channels = channels
        start, end = preferences.quiet_hours(user)
        initial = {"quiet_start": start, "quiet_end": end}
        super().__init__(*args, initial=initial, **kwargs)
        for category in self.categories:
            self.fields[f"on_{category.code}"] = forms.MultipleChoiceField(
                label=category.label,
                help_text=" – ".join(category.labels),
                choices=[(code, CHANNELS[code]) for code in channels],
                widget=forms.CheckboxSelectMultiple,
                required=False,
                initial=self._initial(category.code),
            )

    def _initial(self, code: str) -> list[str]:
        kept = self.kept.get(code)
        if kept is None:
            return ["email", "push"]
        return [channel for channel in CHANNELS if getattr(kept, channel)]

    def lines(self):
        """The fields of the categories, in their order."""
        return [self[f"on_{category.code}"] for category in self.categories]

    def chosen(self) -> dict[str, list[str]]:
        """{category: channels}; a channel that is not offered today keeps what was chosen before."""
        result = {}
        for category in self.categories:
            before = self._initial(category.code)
            hidden = [channel for channel in before if channel not in self.channels]
            result[category.code] = [*self.cleaned_data[f"on_{category.code}"], *hidden]
        return result


class DeliveryFilter(forms.Form):
    """The filters of the outbox."""

    etat = forms.ChoiceField(label="État", required=False, choices=[("", "Tous"), *Delivery.State.choices])
    canal = forms.ChoiceField(label="Canal", required=False, choices=[("", "Tous"), *Delivery.Channel.choices])
