"""The piles of the mail and its list: its columns, filtered as the address says."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from django import forms
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.text import Truncator

from beffroi.kernel import access
from beffroi.kernel.remembered import remembered
from beffroi.kernel.ui.formats import short_day, typo
from beffroi.kernel.ui.widgets import DateInput
from beffroi.modules.mail import rights
from beffroi.modules.mail.models import Kind, Letter, LetterType, Opinion, Priority, Register
from beffroi.modules.mail.workflow import ENDED, OPEN, State
from beffroi.shared.cases.kept_lists import Column, DeskList, state
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
    ),
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
    ),
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


COLUMNS = (
    Column("objet", "Objet", lambda letter: letter.object, ("object",)),
    Column("correspondant", "Correspondant", lambda letter: letter.party, shown=False),
    Column("organisme", "Organisme", lambda letter: letter.organisation.name, ("organisation__name",), shown=False),
    Column("registre", "Registre", lambda letter: letter.register.name, ("register__name",), shown=False),
    Column("sens", "Sens", lambda letter: letter.get_kind_display(), ("kind",), shown=False),
    Column("enregistre", "Enregistré le", lambda letter: letter.registered_on, ("registered_on",), shown=False),
    Column("arrive", "Arrivé le", lambda letter: letter.arrived_on, ("arrived_on",)),
    Column("date", "Date du document", lambda letter: letter.document_date, ("document_date",), shown=False),
    Column(
        "canal",
        "Arrivé par",
        lambda letter: letter.get_channel_display() if letter.is_incoming else "",
        ("channel",),
        shown=False,
    ),
    Column("reference", "Sa référence", lambda letter: letter.reference, ("reference",), shown=False),
    Column("type", "Type", lambda letter: letter.type, ("type__name",), shown=False),
    Column("priorite", "Priorité", lambda letter: letter.get_priority_display(), ("priority",), shown=False),
    Column("service", "Service", lambda letter: letter.team, ("team__name",)),
    Column("echeance", "Échéance", lambda letter: letter.due_on, ("due_on",)),
    Column("repondu", "Répondu le", lambda letter: letter.answered_on, ("answered_on",), shown=False),
    Column("envoye", "Envoyé le", lambda letter: letter.sent_on, ("sent_on",), shown=False),
    Column("clos", "Clos le", lambda letter: letter.closed_at, ("closed_at",), shown=False),
    Column("suite", "Suite donnée", lambda letter: letter.closing, shown=False),
    Column("etat", "État", lambda letter: letter.get_state_display(), ("state", "registered_on")),
)


def _cut(text: str, most: int) -> str:
    return escape(typo(Truncator(text).chars(most)))


def _object(letter: Letter, today: datetime.date) -> str:
    party = f'<br><span class="small soft">{_cut(letter.party, 60)}</span>' if letter.party else ""
    mark = f' <span class="badge">{escape(letter.get_priority_display())}</span>' if letter.priority != "normal" else ""
    return f"<div>{_cut(letter.object, 110)}{party}{mark}</div>"


def _day(name: str, otherwise: str = "—") -> Callable[[Letter, datetime.date], str]:
    def write(letter: Letter, today: datetime.date) -> str:
        value = getattr(letter, name)
        return escape(short_day(value)) if value else otherwise

    return write


def _service(letter: Letter, today: datetime.date) -> str:
    names = [escape(letter.team.name)] if letter.team is not None else []
    if letter.assignee is not None:
        names.append(f'<span class="small soft">{escape(str(letter.assignee))}</span>')
    return f"<div>{'<br>'.join(names)}</div>"


def _due(letter: Letter, today: datetime.date) -> str:
    if letter.due_on is None:
        return "—"
    late = f" {state('En retard', 'late')}" if letter.is_late else ""
    silence = ""
    if letter.implicit_on and letter.is_open:
        word = "accord" if letter.regime == "sva" else "rejet"
        silence = f'<br><span class="small soft">{word} implicite le {escape(short_day(letter.implicit_on))}</span>'
    return f"<div>{escape(short_day(letter.due_on))}{late}{silence}</div>"


LETTERS = DeskList(
    url_name="mail:list",
    title="Courrier",
    columns=COLUMNS,
    heading=lambda letter: (letter.pk, letter.chrono, letter.get_absolute_url()),
    organisations=lambda user: rights.bodies_where(user, rights.VIEW),
    permission=rights.VIEW,
    cells={
        "objet": _object,
        "enregistre": _day("registered_on"),
        "arrive": _day("arrived_on", '<span class="soft">départ</span>'),
        "date": _day("document_date"),
        "service": _service,
        "echeance": _due,
        "repondu": _day("answered_on"),
        "envoye": _day("sent_on"),
        "clos": _day("closed_at"),
        "etat": lambda letter, today: state(letter.get_state_display(), letter.tone),
    },
)
SITUATIONS = [("", "En cours"), ("clos", "Terminés"), ("tous", "Tous")]
# The former names of the orders stay good: they are in addresses that people have kept.
SORTS = {
    "chrono": ("year", "number"),
    "object": ("object",),
    "arrived": ("arrived_on",),
    "due": ("due_on",),
    "state": ("state", "registered_on"),
} | LETTERS.orders


FOLDED = ("type", "service", "priorite", "depuis", "jusqu_au")


class Filters(forms.Form):
    """The filters of the list. A value that means nothing is left aside."""

    q = forms.CharField(
        label="Numéro, objet, correspondant",
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
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
    colonnes = LETTERS.columns_field()

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        registers = Register.objects.open_to(user, rights.VIEW).select_related("organisation")
        bodies = rights.bodies_where(user, rights.VIEW).values("pk")
        self.fields["registre"].queryset = registers
        self.fields["registre"].label_from_instance = lambda one: f"{one} – {one.organisation.name}"
        self.fields["type"].queryset = LetterType.objects.filter(organisation__in=bodies).select_related("organisation")
        self.fields["service"].queryset = Team.objects.filter(organisation__in=bodies, is_active=True)

    @property
    def advanced(self) -> int:
        """How many of the filters that are folded away are set."""
        return sum(bool(self.cleaned_data.get(name)) for name in FOLDED)

    @property
    def is_set(self) -> bool:
        """Does a filter narrow the list?"""
        return any(value for name, value in self.cleaned_data.items() if name != "colonnes")

    def apply(self, letters):
        """The letters that pass."""
        self.is_valid()
        chosen = self.cleaned_data
        equal = {
            "registre": "register",
            "sens": "kind",
            "type": "type",
            "service": "team",
            "etat": "state",
            "priorite": "priority",
        }
        for name, field in equal.items():
            if chosen.get(name):
                letters = letters.filter(**{field: chosen[name]})
        if chosen.get("depuis"):
            letters = letters.filter(registered_on__gte=chosen["depuis"])
        if chosen.get("jusqu_au"):
            letters = letters.filter(registered_on__lte=chosen["jusqu_au"])
        if text := chosen.get("q", "").strip():
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
    if wanted.startswith("-"):
        return letters.order_by(*(F(name).desc(nulls_last=True) for name in names), "-pk")
    return letters.order_by(*(F(name).asc(nulls_last=True) for name in names), "pk")
