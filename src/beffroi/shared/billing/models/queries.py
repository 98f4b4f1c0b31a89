"""What belongs to a régie is seen by those who may consult it."""

from django.db import models

from beffroi.kernel import access
from beffroi.shared.billing.access import VIEW


class OfRegieQuerySet(models.QuerySet):
    """Rows that belong to a régie by their field `regie`."""

    def visible_to(self, user, permission=VIEW):
        """What belongs to the régies in which `user` has the permission."""
        allowed = access.organisations_where(user, permission)
        return self if allowed is None else self.filter(regie__organisation__in=allowed)
