"""Three rows, then thirty, of any table: to see whether a page asks the database more when it has more to show.

Nothing is to be written for a new module: what a page lists is read from its own queries, and the copies of a row are
made from the description of its model (identifiers drawn again, unique texts and numbers changed). What cannot be
copied is said in `UNCOPIED`, with the reason.
"""

import contextlib
import re
from collections.abc import Iterable, Iterator

from django.apps import apps
from django.contrib.postgres.constraints import ExclusionConstraint
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.transaction import atomic
from django.db.utils import DatabaseError

FEW, MANY = 3, 30
# The territory, its bodies and its people are the frame of the demonstration: everything hangs on them.
FRAME = {"organisations.Organisation", "organisations.Commune", "organisations.Area", "kernel.User"}
UNCOPIED = {
    "people.HouseholdMember": "une personne est une fois dans un foyer : la démonstration a trop peu des deux",
    "maintenance.Level": "chaque pièce a déjà sa ligne dans chaque lieu de la démonstration",
    "maintenance.PurchaseLine": "une pièce est une fois dans un bon : la démonstration a trop peu de pièces",
    "billing.Payment": "un remboursement a un seul encaissement d’origine, et des sommes qui s’équilibrent avec lui",
    "childcare.ChildHome": "un enfant a deux foyers au plus",
    "documents.Fence": "un espace a une seule limite de droits : la démonstration a trop peu d’espaces",
}
MAIN_TABLE = re.compile(r'\bFROM "(\w+)"')
TEXTS = (models.CharField, models.TextField)
NUMBERS = (models.IntegerField,)


class CannotCopy(Exception):
    """No column of a rule of uniqueness can be changed without changing what the row is about."""


def listed(statements: Iterable[str]) -> dict[type[models.Model], list]:
    """{model: the primary keys that the page read}, for the tables of the modules that it read several rows of."""
    ours = {
        model._meta.db_table: model
        for model in apps.get_models()
        if model.__module__.startswith(("beffroi.", "tests."))
    }
    found: dict[type[models.Model], list] = {}
    for statement in statements:
        main = MAIN_TABLE.search(statement)
        model = ours.get(main[1]) if main and statement.startswith("SELECT") else None
        if model is None or model._meta.label in FRAME or model._meta.label in UNCOPIED:
            continue
        keys = list(_keys(model, _first_column(statement)))
        known = set(model._base_manager.filter(pk__in=keys).values_list("pk", flat=True)) if keys else set()
        kept = found.setdefault(model, [])
        kept += [key for key in keys if key in known and key not in kept]
    return {model: keys for model, keys in found.items() if keys}


def _keys(model: type[models.Model], values: list) -> Iterator:
    """Those that may be keys of that model."""
    for value in values:
        with contextlib.suppress(ValidationError, TypeError, ValueError):
            yield model._meta.pk.to_python(value)


def _first_column(statement: str) -> list:
    try:
        with atomic(), connection.cursor() as cursor:
            cursor.execute(statement.replace("%", "%%"), [])
            return [row[0] for row in cursor.fetchall() if isinstance(row[0], int | str) or hasattr(row[0], "hex")]
    except (DatabaseError, TypeError):
        return []


def keep_few(model: type[models.Model], keys: list) -> list:
    """Only the first rows that the page showed remain; returns the keys of those that did not go with one of the
    others, as a credit note goes with its invoice."""
    kept = keys[:FEW]
    with _without_triggers():
        _remove(model, list(model._base_manager.exclude(pk__in=kept).values_list("pk", flat=True)))
    left = set(model._base_manager.filter(pk__in=kept).values_list("pk", flat=True))
    return [key for key in kept if key in left]


def _remove(model: type[models.Model], keys: list, depth: int = 0) -> None:
    """The rows and all that hangs on them, whatever the model protects."""
    if not keys or depth > 6:
        return
    for link in model._meta.get_fields(include_hidden=True):
        if link.auto_created and not link.concrete and (link.one_to_many or link.one_to_one):
            below = link.related_model._base_manager.filter(**{f"{link.field.name}__in": keys})
            if not issubclass(model, link.related_model):
                _remove(link.related_model, list(below.values_list("pk", flat=True)), depth + 1)
            elif link.field.null:  # of the same rows, which a class in two tables links in that of its parent
                _let_go(link.related_model, below.exclude(pk__in=keys), link.field.name, depth)
    model._base_manager.filter(pk__in=keys)._raw_delete(using="default")
    for parent in model._meta.parents:
        parent._base_manager.filter(pk__in=keys)._raw_delete(using="default")


def _let_go(model: type[models.Model], rows, name: str, depth: int) -> None:
    """The rows of the same table that point at what is removed point at nothing, or go too when they must point."""
    left = list(rows.values_list("pk", flat=True))
    try:
        with atomic():
            rows.update(**{name: None})
    except DatabaseError:
        _remove(model, left, depth + 1)


def multiply(model: type[models.Model], keys: list) -> int:
    """Copy these rows until there are `MANY` of them, or as many as the rules of the database allow; returns how many
    were made. Raises CannotCopy when they are too few to see anything."""
    made, refusal = 0, "" if keys else "les lignes gardées partent avec celles qu’on retire"
    with _without_triggers():
        for number in range(1, 6 * MANY):
            if not keys or len(keys) + made == MANY:
                break
            try:
                with atomic():
                    _copy(model, keys[number % len(keys)], number)
                made += 1
            except DatabaseError as error:
                refusal = str(error).partition("\n")[0]
    if made < FEW:
        raise CannotCopy(refusal)
    return made


def _copy(model: type[models.Model], key, number: int) -> object:
    """Insert a copy of one row, its parents first; returns its key."""
    meta = model._meta
    changes: dict[str, str] = {}
    for parent, link in meta.parents.items():
        if link is not None:
            changes[link.column] = str(int(_copy(parent, key, number)))
    if meta.pk.column not in changes:
        changes[meta.pk.column] = _new_key(meta)
    changes |= _changes(model, key, number, taken=changes)
    columns = [field.column for field in meta.local_concrete_fields if not field.generated]
    written = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(changes.get(name, f'"{name}"') for name in columns)
    pk = meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{meta.db_table}" ({written}) SELECT {values} FROM "{meta.db_table}" WHERE "{pk}" = %s'  # noqa: S608
            f' RETURNING "{pk}"',
            [key],
        )
        return cursor.fetchone()[0]


def _new_key(meta) -> str:
    if isinstance(meta.pk, models.UUIDField):
        return "gen_random_uuid()"
    if isinstance(meta.pk, models.AutoField):
        return f"nextval(pg_get_serial_sequence('{meta.db_table}', '{meta.pk.column}'))"
    raise CannotCopy(f"clé {meta.pk.column}")


def _changes(model: type[models.Model], key, number: int, taken: dict[str, str]) -> dict[str, str]:
    """For each rule of uniqueness that binds the row, one column that takes another value."""
    changed: dict[str, str] = {}
    for names, bound in _unique(model):
        fields = [model._meta.get_field(name) for name in names]
        if any(field.column in changed or field.column in taken for field in fields):
            continue
        if not model._base_manager.filter(bound, pk=key).exists():
            continue
        other = next(((field.column, value) for field in fields if (value := _other(field, number))), None)
        relations = [field for field in fields if field.is_relation]
        if other is None and relations:  # each in turn: one of them may have no other object left
            turned = relations[number % len(relations)]
            other = turned.column, _elsewhere(turned, fields)
        if other is None:
            raise CannotCopy(f"{model._meta.label} : {', '.join(names)}")
        changed[other[0]] = other[1]
    return changed


def _unique(model: type[models.Model]) -> Iterator[tuple[tuple[str, ...], models.Q]]:
    """Each rule of uniqueness: its fields, and the rows that it binds (those that it speaks of, with nothing empty in
    what it compares, unless two empty values are the same for it)."""
    meta = model._meta
    own = {field.name for field in meta.local_concrete_fields}
    for field in meta.local_concrete_fields:
        if field.unique and not field.primary_key:
            yield (field.name,), _filled(field.name)
    for together in meta.unique_together:
        yield tuple(together), _filled(*together)
    for rule in meta.constraints:
        if isinstance(rule, ExclusionConstraint):
            parts = [part for one, operator in rule.expressions if operator == "=" for part in _named(one)]
            if names := tuple(name for name in parts if name in own):
                yield names, rule.condition or models.Q()
        if isinstance(rule, models.UniqueConstraint):
            told = [part for one in rule.expressions for part in _parts(one) if isinstance(part, models.F)]
            names = (*rule.fields, *(part.name for part in told))
            if names and set(names) <= own:
                empty = models.Q() if rule.nulls_distinct is False else _filled(*names)
                yield names, empty & (rule.condition or models.Q())


def _filled(*names: str) -> models.Q:
    return models.Q(**{f"{name}__isnull": False for name in names})


def _named(expression) -> Iterator[str]:
    """The fields that an expression of a rule names."""
    if isinstance(expression, str):
        yield expression
    else:
        yield from (part.name for part in _parts(expression) if isinstance(part, models.F))


def _parts(expression) -> Iterator:
    yield expression
    for part in getattr(expression, "get_source_expressions", list)():
        yield from _parts(part)


def _elsewhere(field: models.Field, together: list[models.Field]) -> str:
    """Another object for that relation, as SQL: one that no row has yet with the same other values."""
    table, related = field.model._meta.db_table, field.related_model._meta
    same = "".join(
        f' AND x."{one.column}" IS NOT DISTINCT FROM "{table}"."{one.column}"' for one in together if one is not field
    )
    return (
        f'(SELECT t."{related.pk.column}" FROM "{related.db_table}" t WHERE NOT EXISTS'  # noqa: S608
        f' (SELECT 1 FROM "{table}" x WHERE x."{field.column}" = t."{related.pk.column}"{same})'
        f" ORDER BY 1 LIMIT 1)"
    )


def _other(field: models.Field, number: int) -> str:
    """Another value of that column, as SQL; empty when it must stay."""
    name = f'"{field.column}"'
    if isinstance(field, models.UUIDField):
        return "gen_random_uuid()"
    if field.is_relation:
        return "NULL" if field.null and field.unique else ""
    if field.choices:
        return ""
    if isinstance(field, TEXTS):
        room = (field.max_length or 100) - len(str(number)) - 3
        return f"left({name}, {room}) || '-c{number}'"
    if isinstance(field, NUMBERS):
        return f"{name} + {number}"
    if isinstance(field, models.DateField):
        return f"{name} + {number} * interval '1 day'"
    return ""


class _without_triggers:
    """The rules of the database that keep history as it is do not apply to copies that are undone."""

    def __enter__(self):
        self._set("replica")

    def __exit__(self, *error):
        self._set("origin")

    @staticmethod
    def _set(role: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL session_replication_role = {role}")
