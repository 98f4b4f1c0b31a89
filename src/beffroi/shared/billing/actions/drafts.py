"""Tariffs that are still drafts: written, thrown away, published."""

from django.core.exceptions import ValidationError
from django.db import transaction

from beffroi.kernel import journal
from beffroi.kernel.access import account_of
from beffroi.shared.billing.actions.regies import replace_tariff, save_tariff
from beffroi.shared.billing.models import Tariff, TariffDraft
from beffroi.shared.billing.rates import BadRule
from beffroi.shared.billing.tariffs import rate_of

TERMS = ("unit", "label", "start", "end", "age_min", "age_max", "rule", "cost", "decision")


def _open(draft: TariffDraft) -> TariffDraft:
    held = TariffDraft.objects.select_for_update(of=("self",)).select_related("regie", "replaces").filter(pk=draft.pk)
    found = held.first()
    if found is None or found.published_as_id is not None:
        raise ValidationError("Ce brouillon est déjà publié, ou n’existe plus.")
    return found


@transaction.atomic
def save_draft(draft: TariffDraft, *, actor) -> TariffDraft:
    """Write a draft: nothing is priced by it. Records "billing.draft"; raises ValidationError."""
    if draft.pk:
        _open(draft)
    else:
        draft.created_by = account_of(actor)
    try:
        rate_of(draft)
    except BadRule as fault:
        raise ValidationError(fault.faults) from None
    draft.full_clean()
    draft.save()
    journal.record("billing.draft", draft, actor=actor, data={"unit": draft.unit})
    return draft


@transaction.atomic
def drop_draft(draft: TariffDraft, *, actor) -> None:
    """Throw a draft away. Records "billing.draft_drop" on its régie; raises ValidationError once it is published."""
    draft = _open(draft)
    journal.record("billing.draft_drop", draft.regie, actor=actor, data={"unit": draft.unit})
    draft.delete()


@transaction.atomic
def publish_draft(draft: TariffDraft, *, actor) -> Tariff:
    """Make a tariff of a draft: the one that it replaces ends the day before. Records "billing.draft_publish".

    Twice at once gives one tariff. Raises ValidationError: already published, another tariff on the same days.
    """
    draft = _open(draft)
    tariff = Tariff(regie=draft.regie, **{name: getattr(draft, name) for name in TERMS})
    old = draft.replaces
    if old is not None and (old.end is None or old.end >= tariff.start):
        if old.unit != tariff.unit:
            raise ValidationError({"unit": f"Ce brouillon suit « {old.label} » : gardez sa prestation."})
        tariff = replace_tariff(old, tariff, actor=actor)
    else:
        tariff = save_tariff(tariff, actor=actor)
    draft.published_as = tariff
    draft.save(update_fields=["published_as"])
    journal.record("billing.draft_publish", draft, actor=actor, data={"tariff": tariff.pk})
    return tariff
