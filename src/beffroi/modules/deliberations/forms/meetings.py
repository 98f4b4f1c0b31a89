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
        label="Procès-verbal arrêté par l’assemblée (PDF)",
        most=1,
        required=False,
        help_text="Sans fichier : celui que Beffroi fait de ce qui a été noté en séance.",
    )

    def __init__(self, *args, actor, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["document"].actor = actor


class MemberField(forms.CharField):
    """A member by name: a list is offered, which each line of a large assembly shares. Cleans to the member's id."""

    def __init__(self, *, members: dict[str, int], source: str, **kwargs):
        super().__init__(required=False, **kwargs)
        self.members = {_flat(name): pk for name, pk in members.items()}
        self.widget.attrs |= {"list": source, "autocomplete": "off"}

    def clean(self, value):
        said = super().clean(value)
        if not said:
            return ""
        found = self.members.get(_flat(said))
        if found is None:
            raise forms.ValidationError(f"« {said} » n’est pas un membre convoqué : choisissez un nom de la liste.")
        return str(found)


def _flat(name: str) -> str:
    return " ".join(name.casefold().split())


def names_of(seats) -> dict[str, int]:
    """{how a member is called here: id}; two of the same name are told apart by their place in the table."""
    names = [str(seat.councillor) for seat in seats]
    return {
        name
        if names.count(name) == 1
        else f"{name} (rang {seat.councillor.rank}, n° {seat.councillor_id})": seat.councillor_id
        for seat, name in zip(seats, names, strict=True)
    }


class AttendanceForm(forms.Form):
    """One line for each seat of the page: its status, and who holds the proxy. Who presides and who writes are asked
    with the last page. `seats` = all of them; `page` = those shown."""

    own_data = False
    FEW = 25  # up to so many members, each line has its own list of all the others
    MANY = 150  # beyond, who presides and who writes are written too, from the common list

    chair = forms.ModelChoiceField(
        label="Préside la séance",
        queryset=Councillor.objects.none(),
        required=False,
        empty_label="Le premier présent du tableau",
    )
    secretary = forms.ModelChoiceField(
        label="Secrétaire de séance", queryset=Councillor.objects.none(), required=False, empty_label="Non désigné"
    )

    def __init__(self, *args, seats, meeting, page=None, is_last=True, **kwargs):
        super().__init__(*args, **kwargs)
        self.all, self.seats, self.meeting = seats, list(page) if page is not None else seats, meeting
        self.names = names_of(seats)
        for name in ("chair", "secretary"):
            if is_last:
                self._ask(name, getattr(meeting, f"{name}_id"))
            else:
                del self.fields[name]
        self.is_first = all(seat.status == Seat.Status.UNKNOWN for seat in self.seats)
        for seat in self.seats:
            self._add(seat)

    def _ask(self, name: str, kept: int | None) -> None:
        """Who presides, or who writes: chosen among all the members, or written when they are many."""
        if len(self.all) <= self.MANY:
            self.fields[name].queryset = Councillor.objects.filter(pk__in=self.names.values())
            self.initial[name] = kept
            return
        called = {pk: member for member, pk in self.names.items()}
        label, hint = self.fields[name].label, self.fields[name].empty_label
        self.fields[name] = MemberField(
            members=self.names, source="membres", label=label, initial=called.get(kept), help_text=f"Vide : {hint}."
        )

    @property
    def is_large(self) -> bool:
        """Too many members for a list of all of them on each line."""
        return len(self.all) > self.FEW

    def _add(self, seat: Seat) -> None:
        label = f"Présence de {seat.councillor}"
        self.fields[f"status_{seat.pk}"] = forms.ChoiceField(
            label=label,
            choices=Seat.Status.choices,
            initial=Seat.Status.PRESENT if self.is_first else seat.status,
            widget=forms.Select(attrs={"aria-labelledby": f"presence m{seat.pk}"}),
        )
        label = f"Pouvoir de {seat.councillor} à"
        if self.is_large:
            called = {pk: name for name, pk in self.names.items()}
            field = MemberField(members=self.names, source="membres", label=label, initial=called.get(seat.proxy_id))
        else:
            others = [(str(pk), name) for name, pk in self.names.items() if pk != seat.councillor_id]
            initial = str(seat.proxy_id or "")
            field = forms.ChoiceField(label=label, choices=[("", "–"), *others], required=False, initial=initial)
        field.widget.attrs["aria-labelledby"] = f"pouvoir m{seat.pk}"
        self.fields[f"proxy_{seat.pk}"] = field

    def lines(self):
        """(seat, field of the status, field of the proxy)."""
        return [(seat, self[f"status_{seat.pk}"], self[f"proxy_{seat.pk}"]) for seat in self.seats]

    def noted(self) -> dict[int, tuple[str, int | None]]:
        data = self.cleaned_data
        return {seat.pk: (data[f"status_{seat.pk}"], int(data[f"proxy_{seat.pk}"] or 0) or None) for seat in self.seats}

    def office(self) -> dict[str, Councillor | None]:
        """Who presides and who writes; as they were, where this page does not ask, as long as they are noted there."""
        present = {seat.councillor_id for seat in self.all if seat.status == Seat.Status.PRESENT}
        present -= {seat.councillor_id for seat in self.seats}
        present |= {seat.councillor_id for seat in self.seats if self.noted()[seat.pk][0] == Seat.Status.PRESENT}
        found: dict[str, Councillor | None] = {}
        for name in ("chair", "secretary"):
            if name in self.fields:
                said = self.cleaned_data[name]
                named = {str(seat.councillor_id): seat.councillor for seat in self.all}
                found[name] = said if isinstance(said, Councillor) else named.get(said or "")
            else:
                kept = getattr(self.meeting, name)
                found[name] = kept if kept is not None and kept.pk in present else None
        return found
