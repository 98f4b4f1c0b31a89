"""Writes the rows of a workbook into a plan, by the same actions as the pages; a refusal is a fault with its line."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from beffroi.kernel.workflow import TransitionRefused
from beffroi.modules.roadmap import actions
from beffroi.modules.roadmap.importing.lookup import Lookup, NotFound
from beffroi.modules.roadmap.importing.reading import ERASE, Fault, Row, Workbook
from beffroi.modules.roadmap.models import Action, Plan
from beffroi.modules.roadmap.states import State

TEXTS = {
    "Titre": "title",
    "En quelques mots": "summary",
    "Description": "description",
    "Objectifs": "objectives",
    "Public visé": "audience",
    "Moyens": "means",
    "Autres partenaires": "other_partners",
    "Place dans la source": "source_place",
}
DATES = {"Début prévu": "start", "Fin prévue": "end"}
COLUMNS = {
    **{field: heading for heading, field in (TEXTS | DATES).items()},
    "axis": "Axe",
    "number": "Numéro",
    "priority": "Priorité",
    "restricted": "Visibilité",
    "referent": "Élu référent",
    "tags": "Mots-clés",
    "reason": "Motif du changement",
    "unblock_condition": "Condition du déblocage",
    "on": "Réalisée le",
    "same_as": "Répète",
    "code": "Axe",
    "parent": "Axe parent",
    "editor_note": "Note de l’éditeur",
    "label": "Indicateur",
    "unit": "Unité",
    "target": "Objectif",
    "threshold": "Seuil d’alerte",
}


class Writer:
    """One import: `faults` says what was refused; everything else is written in the current transaction."""

    def __init__(self, plan: Plan, book: Workbook, *, actor, reason: str):
        self.plan, self.book, self.actor, self.reason = plan, book, actor, reason
        self.faults: list[Fault] = []
        self.lookup = Lookup(plan)

    def write(self) -> None:
        """Axes, then actions, then what hangs on them."""
        for row in self.book.of("Axes"):
            with self._told(row, "Axe"):
                self._axis(row)
        for row in self.book.of("Actions"):
            with self._told(row, "Titre"):
                self._action(row)
        for row in self.book.of("Actions"):
            with self._told(row, "Répète"):
                self._same(row)
        self._lines("Étapes", self._step, actions.replace_steps)
        self._lines("Budget", self._budget, actions.replace_budget)
        self._lines("Financements", self._funding, actions.replace_fundings)
        for row in self.book.of("Indicateurs"):
            with self._told(row, "Indicateur"):
                self._indicator(row)

    @contextmanager
    def _told(self, row: Row, column: str) -> Iterator[None]:
        """What is refused inside becomes a fault of that line, and is undone alone."""
        try:
            with transaction.atomic():
                yield
        except (NotFound, TransitionRefused) as error:
            self.faults.append(row.fault(getattr(error, "column", column), str(error)))
        except ValidationError as error:
            named = error.message_dict if hasattr(error, "error_dict") else {column: error.messages}
            for name, messages in named.items():
                self.faults.extend(row.fault(COLUMNS.get(name, column), message) for message in messages)

    def _find(self, row: Row, heading: str, find: Callable[[str], Any]) -> Any:
        """Look up a cell; a failure names its column."""
        try:
            return find(row.get(heading))
        except NotFound as error:
            error.column = heading
            raise

    def _reason(self, row: Row) -> str:
        return row.get("Motif du changement") or self.reason

    def _axis(self, row: Row) -> None:
        code = row.get("Axe", "")
        known = self.lookup.axes.get(code)
        names = {"Titre": "title", "En quelques mots": "summary", "Note de l’éditeur": "editor_note"}
        fields = {field: _plain(row.get(heading)) for heading, field in names.items() if row.get(heading) is not None}
        if row.get("Axe parent") is not None:
            parent = row.get("Axe parent")
            fields["parent"] = None if parent == ERASE else self._find(row, "Axe parent", self.lookup.axis)
        if known is None:
            position = len(self.lookup.axes) + 1
            known = actions.create_axis(self.plan, actor=self.actor, code=code, position=position, **fields)
        else:
            actions.edit_axis(known, actor=self.actor, **fields)
        self.lookup.axes[code] = known

    def _action(self, row: Row) -> None:
        action = self._find_action(row)
        fields = self._fields(row)
        if action is None:
            axis = fields.pop("axis", None)
            if axis is None:
                raise ValidationError({"axis": "Dites dans quel axe mettre cette action nouvelle."})
            action = actions.create_action(axis, actor=self.actor, **fields)
        else:
            visible = fields.pop("restricted", action.restricted)
            actions.edit_action(action, actor=self.actor, reason=self._reason(row), **fields)
            action.refresh_from_db()
            if visible != action.restricted:
                change = actions.restrict_action if visible else actions.publish_action
                change(action, actor=self.actor)
        self.lookup.keep(action)
        self._state(row, action)

    def _find_action(self, row: Row) -> Action | None:
        try:
            return self.lookup.known(row.get("Identifiant"), row.get("Axe"), row.get("Numéro"))
        except NotFound as error:
            error.column = "Identifiant"
            raise

    def _fields(self, row: Row) -> dict:
        lookup, fields = self.lookup, {}
        for heading, field in TEXTS.items():
            if row.get(heading) is not None:
                fields[field] = _plain(row.get(heading))
        for heading, field in DATES.items():
            if row.get(heading) is not None:
                fields[field] = None if row.get(heading) == ERASE else row.get(heading)
        finders = {
            "Axe": ("axis", lookup.axis),
            "Priorité": ("priority", lookup.priorities.get),
            "Visibilité": ("restricted", lookup.visibilities.get),
        }
        for heading, (field, find) in finders.items():
            if row.get(heading) is not None:
                fields[field] = self._find(row, heading, find)
        if row.get("Numéro") is not None:
            fields["number"] = row.get("Numéro")
        if row.get("Mots-clés") is not None:
            fields["tags"] = [] if row.get("Mots-clés") == ERASE else _several(row.get("Mots-clés"))
        return fields | self._people(row)

    def _people(self, row: Row) -> dict:
        lookup, fields = self.lookup, {}
        if row.get("Élu référent") is not None:
            erased = row.get("Élu référent") == ERASE
            fields["referent"] = None if erased else self._find(row, "Élu référent", lookup.referents.get)
        for heading, field, names in (
            ("Partenaires", "partners", lookup.organisations),
            ("Communes", "communes", lookup.communes),
        ):
            if row.get(heading) is not None:
                fields[field] = [] if row.get(heading) == ERASE else self._find(row, heading, names.all)
        if row.get("Équipes pilotes") is not None or row.get("Organismes pilotes") is not None:
            fields["pilots"] = self._pilots(row)
        return fields

    def _pilots(self, row: Row) -> dict:
        """Teams and bodies as the line says; those of a column left empty stay, and so do the agents named."""
        action = self._find_action(row)
        known = list(action.pilots.select_related("user", "team", "organisation")) if action else []
        wanted = {
            kind: [getattr(pilot, kind) for pilot in known if getattr(pilot, f"{kind}_id")]
            for kind in ("user", "team", "organisation")
        }
        for heading, kind, names in (
            ("Équipes pilotes", "team", self.lookup.teams),
            ("Organismes pilotes", "organisation", self.lookup.organisations),
        ):
            if row.get(heading) is not None:
                wanted[kind] = [] if row.get(heading) == ERASE else self._find(row, heading, names.all)
        return wanted

    def _state(self, row: Row, action: Action) -> None:
        if row.get("État") is None:
            return
        target = self._find(row, "État", self.lookup.states.get)
        if target == action.state or action.same_as_id:
            return
        condition = row.get("Condition du déblocage") or ""
        actions.reach_state(
            action,
            target,
            actor=self.actor,
            reason=self._reason(row),
            unblock_condition="" if condition == ERASE else condition,
            on=row.get("Réalisée le") if target == State.DONE else None,
            public_reason=False,
            check=False,
        )

    def _same(self, row: Row) -> None:
        if row.get("Répète") is None:
            return
        action = self._find_action(row) or self.lookup.actions.get(f"{row.get('Axe')}.{row.get('Numéro')}")
        original = None if row.get("Répète") == ERASE else self._find(row, "Répète", self.lookup.action)
        if action is not None and action.same_as_id != (original.pk if original else None):
            actions.mark_same(action, original, actor=self.actor, reason=self._reason(row))

    def _lines(self, sheet: str, read: Callable[[Row], dict], replace) -> None:
        """The lines of an action replace all those that it had."""
        by_reference: dict[str, list[Row]] = {}
        for row in self.book.of(sheet):
            if row.get("Action") is not None:
                by_reference.setdefault(row.get("Action"), []).append(row)
        for reference, rows in by_reference.items():
            lines = []
            for row in rows:
                with self._told(row, "Action"):
                    lines.append(read(row))
            if len(lines) < len(rows):
                continue
            with self._told(rows[0], "Action"):
                action = self.lookup.action(reference)
                if action.same_as_id:
                    raise NotFound(f"L’action {reference} en répète une autre : notez-le sur celle-là.")
                replace(action, lines, actor=self.actor, reason=self.reason)

    def _step(self, row: Row) -> dict:
        days = {name: row.get(heading) for name, heading in (("due", "Échéance"), ("done_on", "Faite le"))}
        title = row.get("Étape", "")
        if len(title) > 160:
            raise ValidationError({"label": "L’intitulé d’une étape a 160 caractères au plus."})
        return {"title": title, **{name: None if day == ERASE else day for name, day in days.items()}}

    def _budget(self, row: Row) -> dict:
        spent = row.get("Réalisé")
        return {
            "year": row.get("Année"),
            "kind": self._find(row, "Nature", self.lookup.kinds.get),
            "planned": row.get("Prévu"),
            "actual": None if spent == ERASE else spent,
        }

    def _funding(self, row: Row) -> dict:
        status = self._find(row, "Avancement", self.lookup.statuses.get) if row.get("Avancement") else "considered"
        scheme = _plain(row.get("Dispositif", ""))
        return {"funder": row.get("Financeur"), "scheme": scheme, "amount": row.get("Montant"), "status": status}

    def _indicator(self, row: Row) -> None:
        action = self._find(row, "Action", self.lookup.action)
        label = row.get("Indicateur", "")
        fields: dict[str, Any] = {"label": label}
        for heading, field in (("Unité", "unit"), ("Source", "source")):
            if row.get(heading) is not None:
                fields[field] = _plain(row.get(heading))
        for heading, field in (
            ("Objectif", "target"),
            ("Seuil d’alerte", "threshold"),
            ("À atteindre le", "target_on"),
        ):
            if row.get(heading) is not None:
                fields[field] = None if row.get(heading) == ERASE else row.get(heading)
        if row.get("Sens") is not None:
            fields["direction"] = self._find(row, "Sens", self.lookup.directions.get)
        known = action.indicators.filter(label=label).first()
        actions.save_indicator(action, actor=self.actor, indicator=known, reason=self.reason, **fields)


def _plain(value: str) -> str:
    return "" if value == ERASE else value


def _several(text: str) -> list[str]:
    return list(dict.fromkeys(part.strip() for part in text.split(";") if part.strip()))
