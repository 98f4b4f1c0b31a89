from django.core.cache import caches
from django.db import transaction

from beffroi.kernel import journal
from beffroi.modules.portal.models import SiteDetails


@transaction.atomic
def change_details(*, actor, **values) -> SiteDetails:
    """Say who publishes the site, who hosts it, whom to write to; the audit of accessibility."""
    details, _created = SiteDetails.objects.select_for_update().get_or_create(pk=1)
    changed = [name for name, value in values.items() if getattr(details, name) != value]
    for name in changed:
        setattr(details, name, values[name])
    if changed:
        details.save()
        caches["pages"].delete("portal:operator")
        journal.record("portal.details", details, actor=actor, data={"fields": sorted(changed)})
    return details
