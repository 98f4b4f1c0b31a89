"""The piles of the mail and its list, filtered as the address says."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.db.models import Count, Q
from django.utils import timezone

from beffroi.kernel import access
from beffroi.kernel.remembered import remembered
from beffroi.kernel.ui.widgets import DateInput
from beffroi.modules.mail import rights
from beffroi.modules.mail.models import Kind, Letter, LetterType, Opinion, Priority, Register
from beffroi.modules.mail.workflow import ENDED, OPEN, State
from beffroi.shared.cases.kept_lists import KeptList
from beffroi.shared.organisations.models import Team


@dataclass(frozen=True)
class Pile:
    """One basket: `letters(user)` are its letters, among those that the person sees; `permission` = who has it."""

    code: str
    label: str
    permission: str
    letters: Callable[..., Q]
    tone: str = "neutral"


def _asked(user) -> Q:
    return Q(pk__in=Opinion.objects.filter(asked_of=user, answered_at=None).values("letter"))


def _copied(user) -> Q:
    return (Q(copies__user=user) | Q(copies__team__in=rights.teams_of(user))) & Q(state__in=OPEN)


PILES = (
    Pile("qualifier", "À qualifier", rights.REGISTER, lambda user: Q(state=State.NEW), "new"),
    Pile("moi", "À moi", rights.HANDLE, lambda user: Q(assignee=user, state__in=(*OPEN, State.DRAFT)), "progress"),
    Pile(
        "service",
        "À mon service",
        rights.HANDLE,
        lambda user: Q(team__in=rights.teams_of(user), assignee=None, state__in=OPEN),
    ),  # fmt: skip
    Pile("avis", "Avis demandés", rights.VIEW, _asked, "waiting"),
    Pile("copies", "En copie", rights.VIEW, _copied),
    Pile("pieces", "Pièces attendues", rights.HANDLE, lambda user: Q(state=State.WAITING), "waiting"),
    Pile("parapheur", "Au parapheur", rights.HANDLE, lambda user: Q(state=State.SIGNING), "progress"),
    Pile("envoyer", "À envoyer", rights.SEND, lambda user: Q(state=State.SIGNED), "waiting"),
    Pile(
        "retard",
        "En retard",
        rights.VIEW,
        lambda user: Q(state__in=OPEN, due_on__lt=timezone.localdate()),
        "late",
    ),  # fmt: skip
)


def piles_of(user) -> list[Pile]:
    """Those of the roles of that person."""
    return [pile for pile in PILES if access.can(user, pile.permission)]


def in_pile(pile: Pile, user):
    """The letters of a pile that the person sees."""
    found = Letter.objects.visible_to(user).exclude(state__in=ENDED)
    return found.filter(pk__in=Letter.objects.filter(pile.letters(user)).values("pk"))


def counts(user) -> dict[str, int]:
    """How many letters each pile holds, in one query, remembered until the journal's next line."""

    def compute() -> dict[str, int]:
        piles = piles_of(user)
        asked = {
            pile.code: Count("pk", filter=Q(pk__in=Letter.objects.filter(pile.letters(user)).values("pk")))
            for pile in piles
        }
        found = Letter.objects.visible_to(user).exclude(state__in=ENDED).order_by()
        return found.aggregate(**asked) if asked else {}

    return remembered(user, "mail:piles", compute)


# What is kept of the list under a name.
LETTERS = KeptList(
    url_name="mail:list",
    title="Courrier",
    organisations=lambda user: rights.bodies_where(user, rights.VIEW),
    permission=rights.VIEW,
)
SITUATIONS = [("", "En cours"), ("clos", "Terminés"), ("tous", "Tous")]
SORTS = {
    "chrono": ("year", "number", "pk"),
    "object": ("object", "pk"),
    "arrived": ("arrived_on", "pk"),
    "due": ("due_on", "pk"),
    "state": ("state", "-registered_on", "pk"),
}


class Filters(forms.Form):
    """The filters of the list. A value that means nothing is left aside."""

    q = forms.CharField(
        label="Numéro, objet, correspondant", required=False, max_length=80,
        widget=forms.TextInput(attrs={"type": "search"}),
    )  # fmt: skip
    situation = forms.ChoiceField(label="Situation", required=False, choices=SITUATIONS)
    registre = forms.ModelChoiceField(
        label="Registre", required=False, queryset=Register.objects.none(), empty_label="Tous"
    )
    sens = forms.ChoiceField(label="Sens", required=False, choices=[("", "Tous"), *Kind.choices])
    type = forms.ModelChoiceField(label="Type", required=False, queryset=LetterType.objects.none(), empty_label="Tous")
    service = forms.ModelChoiceField(label="Service", required=False, queryset=Team.objects.none(), empty_label="Tous")
    etat = forms.ChoiceField(label="État", required=False, choices=[("", "Tous"), *State.choices])
    priorite = forms.ChoiceField(label="Priorité", required=False, choices=[("", "Toutes"), *Priority.choices])
    depuis = forms.DateField(label="Enregistré depuis le", required=False, widget=DateInput)
    jusqu_au = forms.DateField(label="Jusqu’au", required=False, widget=DateInput)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        registers = Register.objects.open_to(user, rights.VIEW).select_related("organisation")
        bodies = rights.bodies_where(user, rights.VIEW).values("pk")
        self.fields["registre"].queryset = registers
        self.fields["registre"].label_from_instance = lambda one: f"{one} – {one.organisation.name}"
        self.fields["type"].queryset = LetterType.objects.filter(organisation__in=bodies).select_related("organisation")
        self.fields["service"].queryset = Team.objects.filter(organisation__in=bodies, is_active=True)

    def apply(self, letters):
        """The letters that pass."""
        self.is_valid()
        chosen = self.cleaned_data
        equal = {"registre": "register", "sens": "kind", "type": "type", "service": "team", "etat": "state",
                 "priorite": "priority"}  # fmt: skip
        for name, field in equal.items():
            if chosen.get(name):
                letters = letters.filter(**{field: chosen[name]})
        if chosen.get("depuis"):
            letters = letters.filter(registered_on__gte=chosen["depuis"])
        if chosen.get("jusqu_au"):
            letters = letters.filter(registered_on__lte=chosen["jusqu_au"])
        if text := chosen.get("q", "").replace("\x00", "").strip():
            letters = letters.filter(matching(text))
        return letters


def matching(text: str) -> Q:
    """The letters that a number, a request, or words of the object or of the name of the correspondent designate."""
    year, _sep, rest = text.upper().partition("-")
    code, _sep, number = rest.rpartition("-")
    if year.isdecimal() and number.isdecimal() and code and len(year) == 4 and len(number) < 10:
        return Q(year=int(year), number=int(number), register__code=code)
    named = Q(correspondent__name__unaccent__icontains=text)
    kept = Q(correspondent__merged_into__name__unaccent__icontains=text)
    tied = Q(pk__in=Letter.cases.through.objects.filter(case__reference=text.upper()).values("letter"))
    return Q(object__unaccent__icontains=text) | named | kept | Q(reference__iexact=text) | tied


def selection(user, given):
    """(the filters, the letters that the address asks for, the pile or None)."""
    form = Filters(given, user=user)
    pile = next((one for one in piles_of(user) if one.code == given.get("bac")), None)
    letters = in_pile(pile, user) if pile else Letter.objects.visible_to(user)
    letters = form.apply(letters)
    situation = form.cleaned_data.get("situation", "") if form.is_bound else ""
    if situation == "clos":
        letters = letters.filter(state__in=(State.CLOSED, State.CANCELLED, State.ANSWERED, State.SENT, State.FORWARDED))
    elif situation != "tous" and pile is None and not form.cleaned_data.get("etat"):
        letters = letters.filter(state__in=(*OPEN, State.DRAFT, State.SIGNING, State.SIGNED))
    return form, sort(letters, given.get("tri", "")), pile


def sort(letters, wanted: str):
    """By `?tri=`; the latest first by default."""
    names = SORTS.get(wanted.removeprefix("-"))
    if names is None:
        return letters.order_by("-registered_on", "-pk")
    sign = "-" if wanted.startswith("-") else ""
    return letters.order_by(f"{sign}{names[0]}", *names[1:])
