"""The forms of the kernel's own pages."""

from django import forms
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import Q

from beffroi.kernel import modules
from beffroi.kernel.dated import midnight, midnight_after
from beffroi.kernel.finding import fold
from beffroi.kernel.models import Delivery, User
from beffroi.kernel.notices import preferences
from beffroi.kernel.ui.widgets import DateInput, TimeInput

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
        """The field of each category with what is told there, in their order."""
        return [(self[f"on_{category.code}"], category.labels) for category in self.categories]

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


class AddressToTellField(forms.EmailField):
    """The address of somebody without an account who asks to be told: it serves once it is confirmed."""

    def __init__(self, **kwargs):
        super().__init__(
            label="Adresse électronique",
            max_length=254,
            widget=forms.EmailInput(attrs={"autocomplete": "email"}),
            help_text="Un message vous demandera de confirmer. Votre adresse ne sert qu’à cela.",
            error_messages={"required": "Donnez l’adresse à prévenir.", "invalid": "Cette adresse est incomplète."},
            **kwargs,
        )


class JournalFilter(forms.Form):
    """The filters of the journal; a date or a number that is not one filters nothing and is told."""

    partie = forms.ChoiceField(label="Partie", required=False)
    action = forms.CharField(label="Fait (mot ou code)", required=False, max_length=80)
    par = forms.CharField(label="Par (nom ou adresse)", required=False, max_length=100)
    objet = forms.ChoiceField(label="Nature de l’objet", required=False)
    numero = forms.IntegerField(label="Numéro de l’objet", required=False, min_value=1, max_value=2**62)
    du = forms.DateField(label="Du", required=False, widget=DateInput)
    au = forms.DateField(label="Au", required=False, widget=DateInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        parts = [(config.label, module.label) for config, module in modules.installed() if module.verbs]
        self.fields["partie"].choices = [("", "Toutes"), *parts]
        self.kinds = {
            f"{kind.app_label}.{kind.model}": kind for kind in ContentType.objects.filter(pk__in=_kinds_in_journal())
        }
        self.fields["objet"].choices = [("", "Tous"), *((name, name) for name in sorted(self.kinds))]

    def apply(self, entries):
        """The lines that pass the filters."""
        self.is_valid()
        chosen = self.cleaned_data
        if part := chosen.get("partie"):
            entries = entries.filter(verb__startswith=f"{part}.")
        if wanted := chosen.get("action"):
            entries = entries.filter(verb__in=_verbs_said(wanted))
        if who := chosen.get("par"):
            people = User.objects.filter(
                Q(email__icontains=who) | Q(last_name__icontains=who) | Q(first_name__icontains=who)
            )
            entries = entries.filter(actor__in=people)
        if kind := self.kinds.get(chosen.get("objet") or ""):
            entries = entries.filter(target_type=kind)
        if chosen.get("numero"):
            entries = entries.filter(target_id=chosen["numero"])
        if since := chosen.get("du"):
            entries = entries.filter(at__gte=midnight(since))
        if until := chosen.get("au"):
            entries = entries.filter(at__lt=midnight_after(until))
        return entries


def _verbs_said(text: str) -> list[str]:
    """The verbs whose words, in French, hold the text; or the one of that code."""
    wanted, code = fold(text), text.strip()
    return [code, *(verb for verb, words in modules.labels().items() if wanted in fold(words))]


def _kinds_in_journal() -> list[int]:
    """The kinds of objects that the journal knows, found by jumping in its index rather than reading it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE kinds AS ((SELECT min(target_type_id) AS kind FROM kernel_entry) UNION ALL"
            " SELECT (SELECT min(target_type_id) FROM kernel_entry WHERE target_type_id > kinds.kind)"
            " FROM kinds WHERE kinds.kind IS NOT NULL)"
            " SELECT kind FROM kinds WHERE kind IS NOT NULL"
        )
        return [row[0] for row in cursor.fetchall()]


class LetterFilter(forms.Form):
    """To whom the messages of a demonstration were addressed."""

    a = forms.ChoiceField(label="Messages adressés à", required=False)

    def __init__(self, *args, addresses, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["a"].choices = [("", "tout le monde"), *((address, address) for address in addresses)]
