"""How the site presents itself: its name, its logo, the colour of its accent."""

from django.core.cache import caches
from django.core.exceptions import ValidationError
from django.db import transaction

from beffroi.kernel import journal
from beffroi.kernel.ui import theme
from beffroi.modules.portal.models import SiteDetails
from beffroi.shared.files.actions import attach, remove_file
from beffroi.shared.files.models import StoredFile

LEAST_CONTRAST = 3.0  # of a shape on the page (WCAG 2.2, criterion 1.4.11)
KEPT = ("portal:operator", "territory")


def check_accent(accent: str) -> str:
    """The colour as it is kept, "#rrggbb". Raises ValidationError for what is no colour, or is too pale to be seen.

    Texts need no rule here: `theme.stylesheet` darkens or lightens them until they are legible.
    """
    try:
        theme.rgb(accent)
    except ValueError:
        raise ValidationError("Écrivez la couleur comme #a23b2a.") from None
    accent = "#" + accent.removeprefix("#").lower()
    if theme.contrast(accent, theme.LIGHT_GROUND) < LEAST_CONTRAST:
        nearest = theme.legible(accent, theme.LIGHT_GROUND, LEAST_CONTRAST)
        raise ValidationError(
            f"Cette couleur est trop pâle\u202f: un bouton ne se verrait pas sur le fond clair. La nuance la plus "
            f"proche qui convienne est {nearest}."
        )
    return accent


@transaction.atomic
def change_appearance(
    *, actor, site_name: str = "", accent: str = "", logo: StoredFile | None = None, remove_logo: bool = False
) -> SiteDetails:
    """Give the site its name, its colour and its logo; without `logo` the one in place stays, unless `remove_logo`.

    Records "portal.appearance". Raises ValidationError (accent), or files.Refused.
    """
    details, _created = SiteDetails.objects.select_for_update(of=("self",)).get_or_create(pk=1)
    given = check_accent(accent) if accent else ""
    values = {"site_name": " ".join(site_name.split()), "accent": "" if given == theme.ACCENT else given}
    former = details.logo
    if logo is not None and logo != former:
        (values["logo"],) = attach([logo], details, public=True, kind="logo")
    elif remove_logo:
        values["logo"] = None
    changed = [name for name, value in values.items() if getattr(details, name) != value]
    for name in changed:
        setattr(details, name, values[name])
    if changed:
        details.full_clean(exclude=["logo"])
        details.save()
        journal.record("portal.appearance", details, actor=actor, data={"fields": sorted(changed)})
        transaction.on_commit(lambda: caches["pages"].delete_many(KEPT))
    if "logo" in changed and former is not None:
        remove_file(former, actor=actor)
    return details
