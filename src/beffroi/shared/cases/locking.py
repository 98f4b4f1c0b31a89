"""Two people at once: the row of a case is locked while it changes, and its version tells whether it did."""

from django.db.models import F

from beffroi.shared.cases.models import Case


class Changed(Exception):
    """The case is no longer what the person saw when they filled in their form; nothing was written."""

    def __init__(self, case: Case):
        self.case = case
        super().__init__(
            "Quelqu’un d’autre vient de modifier cette demande. Relisez ce qui a changé, puis validez de nouveau. "
            "Ce que vous avez saisi est gardé."
        )


def lock_case(case: Case) -> Case:
    """The concrete object as it is now, its row locked until the transaction ends.

    A concrete object given is itself brought up to date. The row of the common table is locked, always first: the
    workflow then locks that of the concrete one. It is read after the lock, by another query: one that waits for a
    lock reads the other tables as they were before it waited, and loses a row whose organisation has changed meanwhile.
    """
    Case._base_manager.select_for_update().values_list("pk").get(pk=case.pk)
    rows = case.kind_model._base_manager.select_related("organisation")
    if type(case) is Case:
        return rows.get(pk=case.pk)
    case.refresh_from_db(from_queryset=rows)
    return case


def touch(case: Case, **fields) -> None:
    """Write `fields` and make the version grow."""
    Case.objects.filter(pk=case.pk).update(version=F("version") + 1, **fields)
    case.version += 1
    for name, value in fields.items():
        setattr(case, name, value)
