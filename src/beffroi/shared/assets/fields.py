"""The typed fields of a kind of asset: what they accept, and how a value is read and written."""

import datetime
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from beffroi.kernel.ui import formats

TYPES = {
    "text": "texte",
    "integer": "nombre entier",
    "decimal": "nombre",
    "boolean": "oui ou non",
    "date": "date",
    "choice": "choix dans une liste",
}
TRUE, FALSE = {"1", "true", "oui", "vrai", "o"}, {"0", "false", "non", "faux", "n"}


class FieldFault(ValueError):
    """A value that the field does not accept; the message is for the person who typed it."""


@dataclass(frozen=True, kw_only=True)
class FieldSpec:
    """One typed field: `unit` is shown after the value (W, m, kW…); `choices` for the type "choice"."""

    name: str
    label: str
    type: str = "text"
    unit: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None

    def clean(self, value: Any) -> Any:
        """The JSON-ready value, or None when empty. Raises FieldFault."""
        if value is None or str(value).strip() == "":
            if self.required:
                raise FieldFault(f"« {self.label} » est obligatoire.")
            return None
        text = str(value).strip()
        return getattr(self, f"_{self.type}")(text)

    def shown(self, value: Any) -> str:
        """A kept value as it is read: « 36,5 W », « oui », « 24 novembre 2026 »."""
        if value is True or value is False:
            return "oui" if value else "non"
        if self.type == "date":
            return formats.short_day(datetime.date.fromisoformat(value))
        if isinstance(value, int | float):
            text = formats.nb(f"{value:.6f}".rstrip("0").rstrip(".") if isinstance(value, float) else value)
            return f"{text}\u202f{self.unit}" if self.unit else text
        return f"{value} {self.unit}".strip()

    def _text(self, text: str) -> str:
        if len(text) > 500:
            raise FieldFault(f"« {self.label} » : 500 caractères au plus.")
        return text

    def _integer(self, text: str) -> int:
        try:
            number = int(text.replace("\u202f", "").replace(" ", ""))
        except ValueError as error:
            raise FieldFault(f"« {self.label} » attend un nombre entier, pas « {text} ».") from error
        self._check_bounds(number)
        return number

    def _decimal(self, text: str) -> float:
        try:
            number = Decimal(text.replace("\u202f", "").replace(" ", "").replace(",", "."))
        except InvalidOperation as error:
            raise FieldFault(f"« {self.label} » attend un nombre, pas « {text} ».") from error
        if not number.is_finite():
            raise FieldFault(f"« {self.label} » attend un nombre, pas « {text} ».")
        self._check_bounds(float(number))
        return float(number)

    def _boolean(self, text: str) -> bool:
        if text.lower() in TRUE:
            return True
        if text.lower() in FALSE:
            return False
        raise FieldFault(f"« {self.label} » attend oui ou non, pas « {text} ».")

    def _date(self, text: str) -> str:
        for pattern in ("%Y-%m-%d", "%d/%m/%Y"):
            try:
                return datetime.datetime.strptime(text, pattern).date().isoformat()
            except ValueError:
                continue
        raise FieldFault(f"« {self.label} » attend une date comme 24/11/2026, pas « {text} ».")

    def _choice(self, text: str) -> str:
        for choice in self.choices:
            if choice.casefold() == text.casefold():
                return choice
        raise FieldFault(f"« {self.label} » : choisissez parmi {', '.join(self.choices)}.")

    def _check_bounds(self, number: float) -> None:
        if self.minimum is not None and number < self.minimum:
            raise FieldFault(f"« {self.label} » : {self.minimum:g} au moins.")
        if self.maximum is not None and number > self.maximum:
            raise FieldFault(f"« {self.label} » : {self.maximum:g} au plus.")
