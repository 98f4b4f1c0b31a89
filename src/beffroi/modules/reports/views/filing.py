"""`/signalements/nouveau/`: category, place, description, duplicates, contact, check, send.

Each step is a plain form followed by a redirection; what is known is kept in the session, so that a lost network or a
closed tab loses nothing.
"""

import uuid
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from beffroi.kernel import limits
from beffroi.kernel.writing import posted, tell
from beffroi.modules.reports import duplicates
from beffroi.modules.reports.abuse import WAIT, count_filing
from beffroi.modules.reports.actions import create_report
from beffroi.modules.reports.draft import SENT, Draft
from beffroi.modules.reports.forms.filing import ContactForm, DetailsForm, PlaceForm, SendForm
from beffroi.modules.reports.models import Category, Report
from beffroi.modules.reports.routing import route
from beffroi.shared.assets.positions import place_of
from beffroi.shared.cases.filing import choices_of, fields_for_mandate
from beffroi.shared.files.refusals import Refused
from beffroi.shared.organisations.places import locate
from beffroi.shared.people.errors import Refused as MandateRefused

STEPS = ("Le problème", "Le lieu", "La description", "Vos coordonnées", "Vérification")
KEPT = 12
SERVICE = "signaler"


def step(view):
    """A page of the filing: for everyone, kept by nobody."""
    return login_not_required(never_cache(view))


def needs(*names):
    """Send back to the first step that is missing."""

    def decorate(view):
        @wraps(view)
        def guarded(request):
            draft = Draft.of(request)
            if not all(getattr(draft, name) for name in names):
                return redirect(draft.missing())
            return view(request, draft)

        return guarded

    return decorate


def page(request, rank: int, template: str, **context):
    crumbs = [("Signalements", reverse("reports:list")), ("Signaler un problème", "")]
    given = {"steps": STEPS, "step": rank, "breadcrumbs": crumbs} | context
    return render(request, f"reports/new/{template}.html", given)


@step
def category(request):
    """What is it about? An address may fill in what is known: `?categorie=&lat=&lon=&adresse=&equipement=`."""
    draft = Draft.of(request)
    if request.method == "POST":
        draft.category = request.POST.get("category", "")
        if draft.chosen():
            draft.keep(request)
            return redirect(draft.missing())
        return page(request, 1, "category", families=_families(), draft=draft, wrong=True)
    if prefill(request, draft):
        draft.keep(request)
        return redirect(draft.missing())
    return page(request, 1, "category", families=_families(), draft=draft)


def prefill(request, draft: Draft) -> bool:
    """Take what the address says (a QR label, a link of another site); True when it said something."""
    given = request.GET
    found = False
    if given.get("equipement"):
        draft.asset = given["equipement"][:12]
        asset = draft.equipment()
        if asset is not None:
            found, draft.category = True, asset.kind.report_category or draft.category
            place = place_of(asset)
            if place and asset.commune_id:
                draft.location, draft.precision = list(place), Report.Precision.POINT
                draft.commune, draft.address = asset.commune_id, (asset.address or asset.name)[:200]
    code = given.get("categorie", "")
    if code and Category.objects.offered().filter(code=code).exists():
        found, draft.category = True, code
    try:
        point = float(given["lon"]), float(given["lat"])
    except (KeyError, ValueError):
        return found
    if abs(point[0]) <= 180 and abs(point[1]) <= 90 and (place := locate(*point)).commune is not None:
        draft.location, draft.precision, draft.commune = list(point), Report.Precision.POINT, place.commune.pk
        draft.address, draft.is_known = given.get("adresse", "")[:200], False
        found = True
    return found


def _families() -> list[tuple[Category, list[Category]]]:
    grouped: dict[int, tuple[Category, list[Category]]] = {}
    for one in Category.objects.offered():
        grouped.setdefault(one.parent_id, (one.parent, []))[1].append(one)
    return list(grouped.values())


@step
@needs("category")
def place(request, draft):
    """Where is it?"""
    if request.method != "POST":
        longitude, latitude = draft.location or (None, None)
        given = {"address": draft.address, "latitude": latitude, "longitude": longitude}
        form = PlaceForm(initial=given, kept=draft.files())
        return page(request, 2, "place", form=form, draft=draft, category=draft.chosen())
    form = PlaceForm(request.POST, request.FILES)
    if form.is_valid():
        data = form.cleaned_data
        draft.location, draft.precision = list(data["location"]), data["precision"]
        draft.address, draft.is_known = data["address"], data["is_known"]
        draft.commune, draft.compared = form.place.commune.pk, False
        draft.set_files(data["photos"])
        draft.keep(request)
        return redirect("reports:new_details")
    return page(request, 2, "place", form=form, draft=draft, category=draft.chosen())


@step
@require_safe
def where(request):
    """Read under the map: the commune of a point and who is competent there, found as when the report is sent.

    `adresse` = what is typed beside the map; `categorie` = that of a form that chooses it on the same page.
    """
    draft = Draft.of(request)
    if "categorie" in request.GET:
        return told_where(request, _offered(request.GET["categorie"]), draft.address)
    return told_where(request, draft.chosen(), draft.address, draft.equipment())


def told_where(request, category: Category | None, address: str, asset=None) -> JsonResponse:
    """The place of `?lat=&lon=`, and who is competent there for a category, or on an asset; `address` = what is known,
    when the address of the request gives no `adresse`."""
    try:
        limits.limit(request, "reports.where", most=120, seconds=60)
        longitude, latitude = float(request.GET["lon"]), float(request.GET["lat"])
    except (KeyError, ValueError, limits.TooMany):
        return JsonResponse({"ok": True, "text": ""})
    found = locate(longitude, latitude)
    if found.commune is None:
        text = f"Ce point est en dehors du territoire\u202f: {found.description}."
        return JsonResponse({"ok": False, "text": text})
    if category is None:
        return JsonResponse({"ok": True, "text": f"{found.description}."})
    address = request.GET.get("adresse", address)[:200].strip()
    way = route(category, commune=found.commune, address=address, point=(longitude, latitude), asset=asset)
    return JsonResponse({"ok": True, "text": f"{found.description}. Organisme compétent\u202f: {way.competent}."})


def _offered(number: str) -> Category | None:
    """The category that the form of an agent names by its number; a visitor's is in the draft."""
    return Category.objects.offered().filter(pk=number).first() if number.isdecimal() else None


@step
@needs("category", "location")
def details(request, draft):
    """What is wrong, in words and photos."""
    category = draft.chosen()
    if category is None:
        return redirect("reports:new")
    if request.method != "POST":
        given = {"description": draft.description, "is_private": draft.is_private}
        given |= {f"q_{name}": value for name, value in draft.answers.items()}
        form = DetailsForm(initial=given, category=category, kept=draft.files())
        return page(request, 3, "details", form=form, category=category)
    form = DetailsForm(request.POST, request.FILES, category=category, actor=request.user)
    if form.is_valid():
        data = form.cleaned_data
        draft.description, draft.is_private = data["description"], data["is_private"]
        draft.answers = {name: str(value) for name, value in form.answers.items()}
        draft.keeps_warnings, draft.described = bool(form.warnings), True
        draft.set_files(data["photos"])
        draft.keep(request)
        near = [] if draft.compared else duplicates.near(category, tuple(draft.location), draft.description)
        return redirect("reports:new_duplicates" if near else "reports:new_contact")
    return page(request, 3, "details", form=form, category=category)


@step
@needs("category", "location", "described")
def already(request, draft):
    """Is it one of these? Follow it instead, or go on."""
    if request.method == "POST":
        draft.compared = True
        draft.keep(request)
        return redirect("reports:new_contact")
    category = draft.chosen()
    near = duplicates.near(category, tuple(draft.location), draft.description) if category else []
    if not near:
        return redirect("reports:new_contact")
    return page(request, 3, "duplicates", near=near, category=category)


@step
@needs("category", "location", "described")
def contact(request, draft):
    """How to be told; nothing is compulsory."""
    if request.user.is_authenticated and not draft.identified and request.method != "POST":
        draft.identified = True
        draft.keep(request)
        return redirect("reports:new_check")
    given = {name: getattr(draft, name) for name in ("contact_name", "contact_email", "contact_phone")}
    form = ContactForm(*posted(request), initial=given)
    if form.is_valid():
        for name, value in form.cleaned_data.items():
            setattr(draft, name, value)
        draft.identified = True
        draft.keep(request)
        return redirect("reports:new_check")
    return page(request, 4, "contact", form=form)


@step
def check(request):
    """Everything, with the competent body; then it is sent."""
    if request.method == "POST" and (sent := _already_sent(request)):
        return thank(request, sent)
    draft = Draft.of(request)
    category, commune = draft.chosen(), draft.town()
    if category is None or commune is None or not (draft.location and draft.described and draft.identified):
        return redirect(draft.missing() if category else "reports:new")
    form = SendForm(*posted(request), choices=choices_of(request.user, service=SERVICE))
    context = {"draft": draft, "category": category, "commune": commune, "files": draft.files(), "form": form}
    if form.is_valid() and (report := _send(request, draft, category, form)):
        Draft.drop(request)
        return thank(request, report)
    place = {"commune": commune, "address": draft.address, "point": tuple(draft.location)}
    context["way"] = route(category, asset=draft.equipment(), **place)
    context["longitude"], context["latitude"] = draft.location
    context["answers"] = [
        (spec.label, draft.answers[spec.name]) for spec in category.specs if spec.name in draft.answers
    ]
    return page(request, 5, "check", **context)


def _whose(user, behalf: str) -> dict:
    """The person concerned: the account, the one who gave it a mandate, or somebody without account.

    Raises people's Refused when the mandate does not allow it, or no longer.
    """
    if behalf:
        return fields_for_mandate(user, behalf, service=SERVICE)
    return {"requester": user if user.is_authenticated else None}


def _send(request, draft: Draft, category: Category, form) -> Report | None:
    """File it; None, with the reason in the form, when it cannot be."""
    signed = request.user.is_authenticated
    try:
        count_filing(request)
        whose = _whose(request.user, request.POST.get("behalf", ""))
        return create_report(
            actor=request.user,
            category=category,
            location=tuple(draft.location),
            commune=draft.town(),
            precision=draft.precision,
            address=draft.address,
            address_is_known=draft.is_known,
            description=draft.description,
            answers=draft.answers,
            photos=draft.files(),
            asset=draft.equipment(),
            is_private=draft.is_private,
            keeps_warnings=draft.keeps_warnings,
            client_uuid=draft.client_uuid,
            **whose,
            contact_name="" if signed else draft.contact_name,
            contact_email="" if signed else draft.contact_email,
            contact_phone="" if signed else draft.contact_phone,
        ).report
    except MandateRefused as refusal:
        form.add_error("behalf" if "behalf" in form.fields else None, str(refusal))
    except limits.TooMany:
        form.add_error(None, f"{WAIT} Le vôtre est gardé\u202f: réessayez plus tard.")
    except Refused as refusal:
        form.add_error(None, f"Une photo n’a pas été gardée\u202f: {refusal}. Revenez à la description.")
    except ValidationError as error:
        tell(form, error)
    return None


def _already_sent(request) -> Report | None:
    """A second press on « Envoyer »: the report that the first one made."""
    try:
        number = uuid.UUID(request.POST.get("client_uuid", ""))
    except ValueError:
        return None
    return Report.objects.filter(client_uuid=number, pk__in=request.session.get(SENT, [])).first()


def thank(request, report: Report):
    """Keep the report among those sent from this browser, and lead to its reference."""
    sent = [pk for pk in request.session.get(SENT, []) if pk != report.pk]
    request.session[SENT] = [report.pk, *sent][:KEPT]
    return redirect("reports:new_done")


@step
@require_safe
def done(request):
    """The reference and the tracking link of what was just sent."""
    sent = request.session.get(SENT, [])
    related = ("category", "commune", "organisation", "external")
    found = {one.pk: one for one in Report.objects.select_related(*related).filter(pk__in=sent)}
    ordered = [found[pk] for pk in sent if pk in found]
    if not ordered:
        return redirect("reports:new")
    report = ordered[0]
    crumbs = [("Signalements", reverse("reports:list")), ("Signalement envoyé", "")]
    link = request.build_absolute_uri(report.tracking_url())
    context = {"report": report, "others": ordered[1:], "link": link, "breadcrumbs": crumbs}
    return render(request, "reports/new/done.html", context)
