"""Actions with what hangs on them, in one query whatever their number: each list comes as JSON beside its action.

`fetch(actions, "steps", "pilots")` gives actions whose `.steps.all()` and `.pilots.all()` ask nothing more. The names
of partners and communes come as plain texts: `partner_names`, `commune_names`.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import DecimalField, F, Model, OuterRef, QuerySet, TextField
from django.db.models.functions import Cast, JSONObject

from beffroi.kernel.models import User
from beffroi.modules.roadmap.models import (
    Action,
    ActionIndicator,
    BudgetLine,
    Funding,
    IndicatorValue,
    Link,
    Note,
    Pilot,
    Step,
)
from beffroi.shared.cases.models import Case
from beffroi.shared.files.models import Blob, StoredFile
from beffroi.shared.organisations.models import Commune, Organisation, Team

EVERYTHING = ("steps", "pilots", "budget_lines", "fundings", "indicators", "partners", "communes")


def _columns(model: type[Model], path: str = "", only: Iterable[str] = ()) -> dict[str, Any]:
    """The columns of a model for `JSONObject`; amounts as text, so that no cent is lost."""
    columns: dict[str, Any] = {}
    for field in model._meta.concrete_fields:
        name = f"{path}{field.attname}"
        if only and field.attname not in only:
            continue
        columns[name] = Cast(name, TextField()) if isinstance(field, DecimalField) else F(name)
    return columns


def _build(model: type[Model], data: dict, path: str = "") -> Any:
    """The object that a JSON line describes, as if it had just been read."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    values = {name: fields[name].to_python(data[f"{path}{name}"]) for name in fields if f"{path}{name}" in data}
    made = model(**values)
    made._state.adding = False
    return made


def _lines(queryset: QuerySet, **columns) -> ArraySubquery:
    return ArraySubquery(queryset.values(json=JSONObject(**columns)))


def _of(model: type[Model], *order: str) -> Callable[[], ArraySubquery]:
    return lambda: _lines(model.objects.filter(action=OuterRef("pk")).order_by(*order), **_columns(model))


def _user(data: dict, path: str, pk: int) -> User:
    user = _build(User, data, f"{path}__")
    user.pk = pk
    return user


def _pilots() -> ArraySubquery:
    columns = _columns(Pilot) | _columns(User, "user__", ("first_name", "last_name", "email"))
    columns |= {"team__name": F("team__name"), "team__organisation__name": F("team__organisation__name")}
    columns |= {"organisation__name": F("organisation__name")}
    return _lines(Pilot.objects.filter(action=OuterRef("pk")).order_by("pk"), **columns)


def _pilot(data: dict) -> Pilot:
    pilot = _build(Pilot, data)
    if pilot.user_id:
        pilot.user = _user(data, "user", data["user_id"])
    if pilot.team_id:
        body = Organisation(name=data["team__organisation__name"])
        pilot.team = Team(pk=data["team_id"], name=data["team__name"], organisation=body)
    if pilot.organisation_id:
        pilot.organisation = Organisation(pk=data["organisation_id"], name=data["organisation__name"])
    return pilot


def _links() -> ArraySubquery:
    case = {"case__reference": F("case__reference"), "case__title": F("case__title")}
    return _lines(Link.objects.filter(action=OuterRef("pk")).order_by("created_at", "pk"), **_columns(Link) | case)


def _link(data: dict) -> Link:
    link = _build(Link, data)
    if link.case_id:
        link.case = Case(pk=data["case_id"], reference=data["case__reference"], title=data["case__title"])
    return link


def _notes() -> ArraySubquery:
    author = _columns(User, "author__", ("first_name", "last_name", "email"))
    notes = Note.objects.filter(action=OuterRef("pk")).order_by("-created_at", "-pk")
    return _lines(notes, **_columns(Note) | author)


def _note(data: dict) -> Note:
    note = _build(Note, data)
    if note.author_id:
        note.author = _user(data, "author", data["author_id"])
    return note


def _indicators() -> ArraySubquery:
    values = IndicatorValue.objects.filter(indicator=OuterRef("pk")).order_by("date", "pk")
    columns = _columns(ActionIndicator) | {"values": _lines(values, **_columns(IndicatorValue))}
    return _lines(ActionIndicator.objects.filter(action=OuterRef("pk")).order_by("position", "pk"), **columns)


def _indicator(data: dict) -> ActionIndicator:
    indicator = _build(ActionIndicator, data)
    values = [_build(IndicatorValue, value) for value in data["values"] or ()]
    for value in values:
        value.indicator = indicator
    _keep(indicator, "values", values)
    return indicator


def _files() -> ArraySubquery:
    kind = ContentType.objects.get_for_model(Action)
    files = StoredFile.objects.filter(target_type=kind, target_id=OuterRef("pk")).order_by("created_at")
    return _lines(files, **_columns(StoredFile, only=("id", "name", "public")), size=F("blob__size"))


def _file(data: dict) -> StoredFile:
    file = _build(StoredFile, data)
    file.blob = Blob(size=data["size"])
    return file


# name: (the subquery, how one line becomes an object)
PARTS: dict[str, tuple[Callable[[], ArraySubquery], Callable[[dict], Any]]] = {
    "steps": (_of(Step, "position", "pk"), lambda data: _build(Step, data)),
    "budget_lines": (_of(BudgetLine, "year", "kind"), lambda data: _build(BudgetLine, data)),
    "fundings": (_of(Funding, "funder", "scheme", "pk"), lambda data: _build(Funding, data)),
    "pilots": (_pilots, _pilot),
    "links": (_links, _link),
    "notes": (_notes, _note),
    "indicators": (_indicators, _indicator),
}
NAMES = {
    "partners": ("partner_names", Organisation, "roadmap_partnerships"),
    "communes": ("commune_names", Commune, "roadmap_actions"),
}


def fetch(actions: QuerySet, *parts: str) -> list[Action]:
    """Those actions with these parts (see `PARTS`, `NAMES`, and "files", which gives `stored_files`)."""
    wanted: dict[str, Any] = {}
    for part in parts:
        if part in NAMES:
            name, model, relation = NAMES[part]
            bodies = model.objects.filter(**{relation: OuterRef("pk")}).order_by("name")
            wanted[name] = ArraySubquery(bodies.values("name"))
        elif part == "files":
            wanted["json_files"] = _files()
        else:
            wanted[f"json_{part}"] = PARTS[part][0]()
    found = list(actions.annotate(**wanted))
    for action in found:
        for part in parts:
            if part in PARTS:
                lines = [PARTS[part][1](data) for data in action.__dict__.pop(f"json_{part}")]
                for line in lines:
                    line.action = action
                _keep(action, part, lines)
            elif part == "files":
                action.stored_files = [_file(data) for data in action.__dict__.pop("json_files")]
    return found


def one(actions: QuerySet, *parts: str) -> Action | None:
    """The only action of a queryset, with these parts; None when it is not there."""
    found = fetch(actions[:1], *parts)
    return found[0] if found else None


def _keep(owner: Model, name: str, lines: list) -> None:
    """As Django does after `prefetch_related`: the manager answers from memory."""
    kept = getattr(owner, name).get_queryset()
    kept._result_cache, kept._prefetch_done = lines, True
    if not hasattr(owner, "_prefetched_objects_cache"):
        owner._prefetched_objects_cache = {}
    owner._prefetched_objects_cache[name] = kept
