"""What an agent writes about a meeting."""

from django import forms

from beffroi.kernel.ui.widgets import DateInput, DateTimeInput
from beffroi.modules.deliberations import matters
from beffroi.modules.deliberations.models import Act, Councillor, Item, Meeting, Seat
from beffroi.shared.files.forms import UploadsField


class MeetingForm(forms.ModelForm):
    own_data = False

    class Meta:
        model = Meeting
        fields = ("organisation", "kind", "name", "held_at", "place", "second_call", "urgent_reason")
        widgets = {"held_at": DateTimeInput}
        help_texts = {
            "name": "Pour une commission seulement.",
            "second_call": "La séance précédente n’a pas réuni le quorum : celle-ci peut décider sans lui.",
            "urgent_reason": "Vide, sauf urgence : le délai tombe à un jour franc, et l’assemblée en est saisie à "
            "l’ouverture.",
        }

    def __init__(self, *args, bodies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = bodies
        self.fields["organisation"].empty_label = None
        if bodies.count() == 1:
            self.fields["organisation"].initial = bodies.get()
            self.fields["organisation"].widget = forms.HiddenInput()

    def clean(self):
        data = super().clean()
        commission = data.get("kind") == Meeting.Kind.COMMISSION
        if commission and not data.get("name"):
            self.add_error("name", "Nommez la commission.")
        if not commission:
            data["name"] = ""
        return data


class ItemForm(forms.ModelForm):
    class Meta:
        model = Item
        fields = ("title", "rapporteur", "note")
        widgets = {
            "title": forms.Textarea(attrs={"rows": 2}),
            "note": forms.Textarea(attrs={"rows": 4}),
        }
        help_texts = {
            "note": "Les membres la lisent avec la convocation (obligatoire à partir de 3 500 habitants, L2121-12).",
        }


class CouncillorForm(forms.ModelForm):
    own_data = False

    class Meta:
        model = Councillor
        fields = ("first_name", "last_name", "quality", "email", "rank", "start", "end")
        widgets = {"start": DateInput, "end": DateInput}
        help_texts = {
            "quality": "Par exemple « maire », « deuxième adjointe ».",
            "email": "Pour les convocations. Jamais publiée, effacée un an après la fin du mandat.",
            "rank": "L’ordre du tableau : les plus petits nombres d’abord.",
        }


class SettleForm(forms.Form):
    """The outcome of one point."""

    outcome = forms.ChoiceField(label="Issue")
    act = forms.ModelChoiceField(
        label="Délibération", queryset=Act.objects.none(), required=False, empty_label="Aucune pour le moment"
    )

    def __init__(self, *args, item: Item, **kwargs):
        super().__init__(*args, **kwargs)
        decided = (Item.Outcome.ADOPTED, Item.Outcome.REJECTED)
        choices = [choice for choice in Item.Outcome.choices if choice[0] not in decided]
        if item.voting:
            choices = [(item.outcome, item.get_outcome_display())]
        self.fields["outcome"].choices = choices
        self.fields["outcome"].help_text = "Adoptée ou rejetée : c’est le vote noté sur le point qui le dit."
        free = Act.objects.filter(organisation=item.meeting.organisation_id, nature=Act.Nature.DELIBERATION)
        free = free.filter(item__isnull=True) | free.filter(item=item)
        self.fields["act"].queryset = free.filter(decided_on=item.meeting.day)
        self.fields["act"].label_from_instance = lambda act: f"{act} – {act.object[:90]}"
        self.fields["act"].help_text = "Les délibérations du jour de la séance qui ne sont pas déjà rattachées."


class DraftForm(forms.Form):
    matter = forms.ChoiceField(label="Matière")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["matter"].choices = [("", "Choisissez une matière"), *matters.choices()]


class MinutesForm(forms.Form):
    own_data = False
    document = UploadsField(
        label="Procès-verbal arrêté par l’assemblée (PDF)", most=1, required=False,
        help_text="Sans fichier : celui que Beffroi fait de ce qui a été noté en séance.",
    )  # fmt: skip

    def __init__(self, *args, actor, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["document"].actor = actor


class AttendanceForm(forms.Form):
    """One line for each seat: its status, and who holds the proxy."""

    chair = forms.ModelChoiceField(
        label="Préside la séance", queryset=Councillor.objects.none(), required=False,
        empty_label="Le premier présent du tableau",
    )  # fmt: skip
    secretary = forms.ModelChoiceField(
        label="Secrétaire de séance", queryset=Councillor.objects.none(), required=False, empty_label="Non désigné"
    )

    def __init__(self, *args, seats, meeting, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("chair", "secretary"):
            self.fields[name].queryset = Councillor.objects.filter(pk__in=[seat.councillor_id for seat in seats])
            self.initial[name] = getattr(meeting, f"{name}_id")
        self.seats = seats
        self.is_first = all(seat.status == Seat.Status.UNKNOWN for seat in seats)
        members = [("", "–"), *((str(seat.councillor_id), str(seat.councillor)) for seat in seats)]
        for seat in seats:
            self.fields[f"status_{seat.pk}"] = forms.ChoiceField(
                label=f"Présence de {seat.councillor}",
                choices=Seat.Status.choices,
                initial=Seat.Status.PRESENT if self.is_first else seat.status,
            )
            self.fields[f"proxy_{seat.pk}"] = forms.ChoiceField(
                label=f"Pouvoir de {seat.councillor} à",
                choices=[choice for choice in members if choice[0] != str(seat.councillor_id)],
                required=False,
                initial=str(seat.proxy_id or ""),
            )

    def lines(self):
        """(seat, field of the status, field of the proxy)."""
        return [(seat, self[f"status_{seat.pk}"], self[f"proxy_{seat.pk}"]) for seat in self.seats]

    def noted(self) -> dict[int, tuple[str, int | None]]:
        data = self.cleaned_data
        return {seat.pk: (data[f"status_{seat.pk}"], int(data[f"proxy_{seat.pk}"] or 0) or None) for seat in self.seats}
