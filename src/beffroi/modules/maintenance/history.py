"""What was said of an order and what happened to it: reports of the agents, remarks, lines of the journal, read at
once."""

import datetime
from dataclasses import dataclass, field
from decimal import Decimal

from django.contrib.contenttypes.models import ContentType
from django.db.models import BooleanField, CharField, DateTimeField, DecimalField, Value
from django.db.models.functions import Cast, Coalesce, Concat, NullIf, Trim

from beffroi.kernel import journal
from beffroi.kernel.models import Entry
from beffroi.modules.maintenance.models import Closing, Note, Order
from beffroi.shared.files.models import StoredFile

AMOUNT = DecimalField(max_digits=10, decimal_places=2)
KINDS = dict(Note.Kind.choices)


@dataclass
class Said:
    """One thing said or done. `what` is "closing", "note" or "entry"; `kind` = that of a note, the verb of an entry;
    `who` = its author in words; `made_at` = when it happened, `created_at` = when it was received."""

    what: str
    pk: int
    kind: str
    text: str
    who: str
    made_at: datetime.datetime
    created_at: datetime.datetime
    amount: Decimal | None
    signatory: str
    applied: bool
    conflict: str
    files: list[StoredFile] = field(default_factory=list)

    @property
    def label(self) -> str:
        """What a remark is."""
        return str(KINDS.get(self.kind, ""))

    @property
    def is_serious(self) -> bool:
        """Must a dispatcher read it before going on?"""
        return self.kind in Note.SERIOUS


def _text(value):
    return Cast(value, CharField())


def _person(prefix: str, otherwise):
    name = Trim(Concat(f"{prefix}__first_name", Value(" "), f"{prefix}__last_name"))
    return Coalesce(NullIf(name, Value("")), f"{prefix}__email", otherwise, Value(""), output_field=CharField())


def said_of(order: Order, *, entries: bool = False) -> dict[str, list[Said]]:
    """By `what`, oldest first; the lines of the journal only with `entries`. One query."""
    nothing = _text(Value(""))
    no_amount = Cast(Value(None), AMOUNT)
    yes = Cast(Value(True), BooleanField())
    notes = order.notes.order_by().values_list(
        _text(Value("note")),
        "pk",
        _text("kind"),
        _text("text"),
        _person("author", "author_label"),
        "made_at",
        "created_at",
        Cast("amount", AMOUNT),
        nothing,
        yes,
        nothing,
    )
    closings = order.closings.order_by().values_list(
        _text(Value("closing")),
        "pk",
        nothing,
        _text("text"),
        _person("author", "author_label"),
        Coalesce("made_at", "created_at", output_field=DateTimeField()),
        "created_at",
        no_amount,
        _text("signatory"),
        Cast("applied", BooleanField()),
        _text("conflict"),
    )
    found = [closings]
    if entries:
        lines = Entry.objects.filter(
            target_type=ContentType.objects.get_for_model(Order), target_id=order.pk
        ).order_by()
        found.append(
            lines.values_list(
                _text(Value("entry")),
                "pk",
                _text("verb"),
                nothing,
                _person("actor", Value("la plateforme")),
                "at",
                "at",
                no_amount,
                nothing,
                yes,
                nothing,
            )
        )
    kept: dict[str, list[Said]] = {"note": [], "closing": [], "entry": []}
    rows = [Said(*row) for row in notes.union(*found, all=True)]
    for one in sorted(rows, key=lambda one: (one.created_at if one.what == "closing" else one.made_at, one.pk)):
        kept[one.what].append(one)
    return kept


def timeline(entries: list[Said]) -> list[dict]:
    """The history, for `{% timeline %}`."""
    return [{"at": one.made_at, "title": journal.words(one.kind), "author": one.who} for one in entries]


def model_of(one: Said):
    """The model of what was said: its files are attached to it."""
    return Closing if one.what == "closing" else Note
