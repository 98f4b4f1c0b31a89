"""What the screens share: find an asset, try a gesture, say where one is."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.cache import never_cache

from beffroi.kernel.access import agent_required
from beffroi.shared.assets.access import MANAGE, can_manage
from beffroi.shared.assets.models import Asset
from beffroi.shared.files.refusals import Refused

RELATED = ("kind", "organisation", "commune", "supplier", "parent__parent__parent__parent")


def desk(view):
    return never_cache(agent_required(view))


def find_asset(request, pk: int, **read) -> Asset:
    """The asset that this person may see, or 404; `read` = what is read with it, in the same query."""
    rows = Asset.objects.visible_to(request.user).select_related(*RELATED).defer("commune__outline").annotate(**read)
    return get_object_or_404(rows, pk=pk)


def managed(request, pk: int) -> Asset:
    """The asset, if this person may change it."""
    asset = find_asset(request, pk)
    if not can_manage(request.user, asset):
        raise PermissionDenied(MANAGE)
    return asset


def attempt(form, gesture) -> bool:
    """Do `gesture`; a refusal is told in the form, and what was typed is kept."""
    try:
        gesture()
    except ValidationError as error:
        if getattr(error, "code", None) == "changed" and hasattr(form, "renew"):
            form.add_error(None, error)
            form.renew()
        elif hasattr(error, "error_dict"):
            _tell(form, error.message_dict)
        else:
            form.add_error(None, ValidationError(error.messages))
    except Refused as refusal:
        form.add_error(None, f"Un fichier n’a pas été gardé : {refusal}.")
    else:
        return True
    return False


def _tell(form, faults: dict[str, list[str]]) -> None:
    """Each fault beside its field, under whichever name the form gives it; the others on top."""
    for name, messages in faults.items():
        known = next((one for one in (name, f"v_{name}", f"{name}_code") if one in form.fields), None)
        form.add_error(known, ValidationError(messages))


def crumbs(asset: Asset | None = None, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """From the desk to this page; the wholes of an asset stand before it."""
    found = [("Bureau", "/bureau/"), ("Équipements", reverse("assets:list") if asset or more else "")]
    if asset is not None:
        found += [(whole.name, whole.get_absolute_url()) for whole in asset.ancestors()]
        found.append((asset.name, asset.get_absolute_url() if more else ""))
    return [*found, *more]
