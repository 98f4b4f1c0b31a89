"""What is set for a body: registers, types, models of answers."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from beffroi.kernel import journal
from beffroi.modules.mail.models import LetterType, Register, Template


def _save(obj, verb: str, actor, unique: dict[str, tuple[str, str]]):
    obj.full_clean(validate_constraints=False)
    try:
        with transaction.atomic():
            obj.save()
    except IntegrityError as error:
        for name, (field, told) in unique.items():
            if name in str(error):
                raise ValidationError({field: told}) from None
        raise
    journal.record(f"mail.{verb}", obj, actor=actor)
    return obj


@transaction.atomic
def save_register(register: Register, *, actor) -> Register:
    """Open a register or change it; once it has a letter, its direction and its code stay. Records "mail.book"."""
    if register.team is not None and register.team.organisation_id != register.organisation_id:
        raise ValidationError({"team": "Cette équipe est d’un autre organisme."})
    unique = {
        "register_code": ("code", "Un autre registre de l’organisme porte déjà ce code."),
        "mail_keep_register": ("code", "Ce registre est commencé : son sens et son code ne changent plus."),
        "garde son sens": ("code", "Ce registre est commencé : son sens et son code ne changent plus."),
    }
    return _save(register, "book", actor, unique)


@transaction.atomic
def save_type(kind: LetterType, *, actor) -> LetterType:
    """Add or change a type of letter; those already qualified keep the dates that they had. Records "mail.type"."""
    return _save(kind, "type", actor, {"letter_type_name": ("name", "Un autre type porte déjà ce nom.")})


@transaction.atomic
def save_template(template: Template, *, actor) -> Template:
    """Add or change a model of answer. Records "mail.template"."""
    return _save(template, "template", actor, {"mail_template_name": ("name", "Un autre modèle porte déjà ce nom.")})
