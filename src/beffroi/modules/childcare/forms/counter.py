"""What an agent writes at the counter: who pays, what really happened on a past day."""

from django import forms
from django.utils import timezone

from beffroi.kernel.ui.widgets import TimeInput
from beffroi.modules.childcare.models import Attendance, Booking


class PayerForm(forms.Form):
    payer = forms.TypedChoiceField(label="Factures envoyées à", widget=forms.RadioSelect)

    def __init__(self, *args, people, payer, wanted=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.people = {str(one.pk): one for one in people}
        self.fields["payer"].choices = [(key, str(one)) for key, one in self.people.items()]
        self.fields["payer"].initial = wanted if wanted in self.people else str(payer.pk) if payer else None

    def clean_payer(self):
        return self.people[self.cleaned_data["payer"]]


class AttendanceForm(forms.Form):
    """The hours of a past day, or the absence, and why they are written again."""

    own_data = False
    arrived = forms.TimeField(label="Arrivée", required=False, widget=TimeInput)
    left = forms.TimeField(label="Départ", required=False, widget=TimeInput)
    absence = forms.ChoiceField(label="Absence", required=False)
    reason = forms.CharField(
        label="Pourquoi", max_length=200, help_text="Gardé au journal : feuille papier retrouvée, erreur de pointage…"
    )

    def __init__(self, *args, held: Attendance | None, booking: Booking, **kwargs):
        super().__init__(*args, **kwargs)
        if booking.unit.is_counted:
            taken = held.quantity if held else None
            self.fields["quantity"] = forms.IntegerField(
                label="Quantité prise",
                required=False,
                min_value=1,
                max_value=booking.unit.most,
                initial=taken or booking.quantity,
                help_text=f"Réservée : {booking.quantity}.",
            )
            self.order_fields(["arrived", "left", "quantity", "absence", "reason"])
        self.fields["absence"].choices = [("", "Non, l’enfant est venu"), *Attendance.Absence.choices[1:]]
        if held is not None:
            for name, at in (("arrived", held.arrived_at), ("left", held.left_at)):
                self.fields[name].initial = timezone.localtime(at).time() if at else None
            self.fields["absence"].initial = held.absence

    def clean(self):
        cleaned = super().clean()
        arrived, left, absence = cleaned.get("arrived"), cleaned.get("left"), cleaned.get("absence")
        if absence and (arrived or left):
            self.add_error("absence", "Un enfant absent n’a ni arrivée ni départ.")
        elif not absence and not arrived and "arrived" not in self.errors:
            self.add_error("arrived", "Écrivez l’heure d’arrivée, ou notez l’enfant absent.")
        if arrived and left and left < arrived:
            self.add_error("left", "Le départ vient après l’arrivée.")
        return cleaned
