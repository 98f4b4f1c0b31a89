"""Finding a resident by name, telephone or e-mail, faults forgiven; and those who may be the same person."""

from django.db.models import F, FloatField, Func, Q, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Concat, Replace

from beffroi.shared.people.models import Person

LIKELY = 0.6
MOST_DOUBLES = 5


class _Words(Func):
    function = "kernel_words"


class _Likeness(Func):
    function = "similarity"
    output_field = FloatField()


class _WordLikeness(Func):
    function = "word_similarity"
    output_field = FloatField()


_FULL_NAME = _Words(Concat(F("first_name"), Value(" "), F("last_name")))


def search(people: QuerySet[Person], typed: str) -> QuerySet[Person]:
    """Those whose name, telephone or e-mail resembles what is typed, the likeliest first."""
    typed = " ".join(typed.replace("\x00", " ").split())[:80]
    if not typed:
        return people.none()
    if "@" in typed:
        return people.filter(Q(email__icontains=typed) | Q(user__email__icontains=typed)).order_by("last_name", "pk")
    digits = "".join(one for one in typed if one.isdigit())
    if len(digits) >= 4 and not any(one.isalpha() for one in typed):
        bare = people.annotate(digits=Replace("phone", Value(" "), Value("")))
        return bare.filter(digits__contains=digits.removeprefix("33").lstrip("0")).order_by("last_name", "pk")
    near = RawSQL("SELECT people_near_names(kernel_words(%s))", [typed])
    asked = _Words(Value(typed))
    return (
        people.filter(pk__in=near)
        .annotate(likeness=_WordLikeness(asked, _FULL_NAME) + _Likeness(asked, _FULL_NAME))
        .order_by("-likeness", "last_name", "first_name", "pk")
    )


def doubles_of(people: QuerySet[Person], values: dict, *, but: Person | None = None) -> list[Person]:
    """The files that may be those of the same person: same telephone or e-mail, or nearly the same name.

    Two people of the same name born on different days are two people.
    """
    name = f"{values.get('first_name', '')} {values.get('last_name', '')}".strip()
    same = Q(pk__in=[])
    if values.get("email"):
        same |= Q(email__iexact=values["email"]) | Q(user__email__iexact=values["email"])
    if values.get("phone"):
        same |= Q(phone=values["phone"])
    likeness = _Likeness(_Words(Value(name)), _FULL_NAME)
    alike = Q(pk__in=RawSQL("SELECT people_near_names(kernel_words(%s))", [name])) & Q(likeness__gte=LIKELY)
    if values.get("birth_date"):
        alike &= Q(birth_date=None) | Q(birth_date=values["birth_date"])
    found = people.annotate(likeness=likeness).filter(same | alike)
    if but is not None:
        found = found.exclude(pk=but.pk)
    return list(found.select_related("commune").order_by("-likeness", "pk")[:MOST_DOUBLES])
