"""`/bureau/administration/apparence/`: the name, the logo and the colour of the site, seen before they are kept."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect, render

from beffroi.kernel.access import permission_required
from beffroi.kernel.ui import theme
from beffroi.kernel.ui.context import Shell
from beffroi.kernel.writing import tell
from beffroi.modules.portal import access, actions, context, desk_forms
from beffroi.modules.portal.models import SiteDetails
from beffroi.shared.files.access import thumbnail_url_for
from beffroi.shared.files.refusals import Refused


@permission_required(access.APPEARANCE)
def change(request):
    """`geste=apercu` shows what the choice gives, light and dark, and keeps nothing but the file that was sent."""
    if not access.edits_appearance(request.user):
        raise PermissionDenied(access.APPEARANCE)
    details = SiteDetails.current()
    initial = {"site_name": details.site_name, "accent": details.accent or theme.ACCENT}
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = desk_forms.AppearanceForm(
        *sent, initial=initial, actor=request.user, has_logo=bool(details.logo_id), usual_name=_usual_name()
    )
    if form.is_valid() and request.POST.get("geste") != "apercu" and _keep(request, form):
        messages.success(request, "L’apparence est enregistrée. Elle se voit partout dans la minute.")
        return redirect("portal:appearance")
    page = {
        "form": form,
        "details": details,
        "faces": _faces(request, form, details),
        "logo": _logo(form, details),
        "breadcrumbs": [("Bureau", "/bureau/"), ("Apparence", "")],
    }
    return render(request, "portal/desk/appearance.html", page)


def _keep(request, form) -> bool:
    data = form.cleaned_data
    try:
        actions.change_appearance(
            actor=request.user,
            site_name=data["site_name"],
            accent=data["accent"],
            logo=next(iter(data["logo"]), None),
            remove_logo=data.get("remove_logo", False),
        )
    except ValidationError as error:
        tell(form, error)
    except Refused as refusal:
        form.add_error("logo", f"Le logo n’a pas été gardé\u202f: {refusal}.")
    return not form.errors


def _usual_name() -> str:
    body = context.operator()
    return context.short_name(body.name) if body else ""


def _chosen(form, name: str) -> str:
    return (getattr(form, "cleaned_data", {}) if form.is_bound else form.initial).get(name) or ""


def _faces(request, form, details) -> list[dict]:
    """What the colour gives on each ground; nothing for a colour that is refused."""
    accent = _chosen(form, "accent")
    if not accent:
        return []
    name = _chosen(form, "site_name") or _usual_name() or Shell(request).territory.name
    return [{"label": label, "name": name, **theme.face(accent, ground)} for label, ground in theme.GROUNDS]


def _logo(form, details) -> str:
    """The logo of the preview: the one just sent, else the one in place, unless it is to be removed."""
    data = getattr(form, "cleaned_data", {}) if form.is_bound else {}
    if data.get("logo"):
        return thumbnail_url_for(data["logo"][0], "petite")
    return context.logo_url(details.logo_id) if details.logo_id and not data.get("remove_logo") else ""
