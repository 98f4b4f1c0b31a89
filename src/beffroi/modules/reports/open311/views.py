"""`/open311/v2/`: discovery, services, requests, tokens, updates."""

import uuid
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpResponse, JsonResponse, UnreadablePostError
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from beffroi.kernel import limits
from beffroi.kernel.models import Entry
from beffroi.kernel.workflow import TransitionRefused
from beffroi.modules.reports import actions
from beffroi.modules.reports.abuse import BY_DEVICE
from beffroi.modules.reports.models import ApiKey, Category, Report
from beffroi.modules.reports.open311 import content, openapi, reading
from beffroi.modules.reports.open311.lines import lines_of
from beffroi.modules.reports.open311.render import Fault, answer, refusal, single
from beffroi.modules.reports.routing import operator
from beffroi.modules.reports.views.public import public_photos
from beffroi.modules.reports.wording_public import STEPS, bodies_of
from beffroi.shared.files.actions import store_upload
from beffroi.shared.files.refusals import Refused

LIST, ONE = "service_requests", "request"
UPDATES = ("service_request_updates", "request_update")
CHANGED = "2026-11-24T00:00:00Z"
PHOTOS = 5
LONGEST = 4000
TOO_MANY = "Trop de demandes : réessayez dans une heure."


def endpoint(*methods):
    """A view of the interface: faults become errors of the norm, in the format asked for."""

    def decorate(view):
        @csrf_exempt
        @login_not_required
        @wraps(view)
        def guarded(request, kind, **kwargs):
            if request.method == "OPTIONS":
                return _preflight(methods)
            try:
                if request.method not in methods and not (request.method == "HEAD" and "GET" in methods):
                    raise Fault(405, f"Méthode refusée : {', '.join(methods)}.")
                _readable_text(request)
                _jurisdiction(request)
                answered = view(request, kind, **kwargs)
                answered.same_for_all = request.method == "GET"
                return answered
            except UnreadablePostError:
                return refusal(kind, Fault(400, "La demande a été coupée avant sa fin."))
            except Fault as fault:
                return refusal(kind, fault)

        return guarded

    return decorate


def _preflight(methods) -> HttpResponse:
    headers = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": ", ".join(methods)}
    return HttpResponse(status=204, headers=headers)


def _readable_text(request) -> None:
    """No text holds a null character: the database keeps none."""
    if any("\x00" in value for given in (request.GET, request.POST) for values in given.lists() for value in values[1]):
        raise Fault(400, "Un caractère nul ne s’écrit pas.")


def _jurisdiction(request) -> None:
    """One installation serves one territory: its host, or its short name, or nothing."""
    given = (request.POST.get("jurisdiction_id") or request.GET.get("jurisdiction_id") or "").strip()
    if not given:
        return
    body = operator()
    known = {
        request.get_host(),
        request.get_host().partition(":")[0],
        body.slug if body else "",
        body.siren if body else "",
    }
    if given not in known:
        raise Fault(404, f"jurisdiction_id « {given[:60]} » est inconnu.")


@endpoint("GET")
def discovery(request, kind):
    body = operator()
    told = {
        "changeset": CHANGED,
        "contact": f"{body or ''} {body.phone if body else ''}".strip(),
        "key_service": request.build_absolute_uri(reverse("reports:list")),
        "endpoints": [
            {
                "specification": "http://wiki.open311.org/GeoReport_v2",
                "url": request.build_absolute_uri("/open311/v2"),
                "changeset": CHANGED,
                "type": "production",
                "formats": ["text/xml", "application/json"],
            }
        ],
    }
    return single(kind, "discovery", told)


@login_not_required
@require_safe
def description(request):
    """The OpenAPI document of this interface."""
    told = openapi.document(request.build_absolute_uri("/open311/v2"))
    return _readable(JsonResponse(told, json_dumps_params={"ensure_ascii": False}))


def _readable(response):
    response["Access-Control-Allow-Origin"] = "*"
    return response


@endpoint("GET")
def services(request, kind):
    return answer(kind, ("services", "service"), [content.service(one) for one in Category.objects.offered()])


@endpoint("GET")
def service(request, kind, code):
    return single(kind, "service_definition", content.definition(reading.service_named(code)))


@endpoint("GET", "POST")
def requests(request, kind):
    if request.method == "POST":
        return _create(request, kind)
    return _told(request, kind, lines_of(reading.asked(request.GET)))


@endpoint("GET")
def one_request(request, kind, reference):
    found = lines_of(Report.objects.shown().filter(reference=reference.upper()))
    if not found:
        raise Fault(404, f"service_request_id « {reference[:40]} » est inconnu.")
    return _told(request, kind, found)


def _told(request, kind, lines):
    site, zone = request.build_absolute_uri("/")[:-1], timezone.get_current_timezone()
    return answer(kind, (LIST, ONE), [content.request(line, site, zone) for line in lines])


@endpoint("GET")
@never_cache
def token(request, kind, number):
    """The report that a client sent under its own `client_uuid`, when the answer to its send was lost."""
    try:
        found = Report.objects.filter(client_uuid=uuid.UUID(number), channel=Report.Channel.API).first()
    except ValueError:
        found = None
    if found is None:
        raise Fault(404, "token inconnu.")
    return answer(kind, (LIST, ONE), [{"service_request_id": found.reference, "token": number}])


def _key(request) -> ApiKey:
    """The key of the application. Raises Fault 403."""
    key = ApiKey.objects.for_secret(request.POST.get("api_key", "") or request.GET.get("api_key", ""))
    if key is None:
        raise Fault(403, "api_key manque ou n’est pas valable.")
    try:
        limits.limit_key("open311", str(key.pk), most=600, seconds=3600)
    except limits.TooMany as error:
        raise Fault(429, TOO_MANY) from error
    return key


def _create(request, kind):
    """File a report."""
    given, key = request.POST, _key(request)
    category = reading.category_of(given)
    text = given.get("description", "").strip()
    if len(text) > LONGEST:
        raise Fault(400, "description : 4 000 caractères au plus.")
    _device(given, key)
    try:
        filed = actions.create_report(
            actor=None,
            category=category,
            description=text,
            answers=reading.answers_of(given),
            photos=_photos(request),
            channel=Report.Channel.API,
            client_uuid=_number(given, key),
            api_key=key,
            keeps_warnings=True,
            **_contact(given),
            **reading.place_of(given),
        )
        if filed.created:
            actions.note_media(filed.report, given.get("media_url", ""))
    except ValidationError as error:
        raise Fault(400, *_said(error)) from error
    except Refused as error:
        raise Fault(400, f"media : {error}.") from error
    report = filed.report
    row = {"service_request_id": report.reference, "service_notice": _notice(report), "account_id": None}
    return answer(kind, (LIST, ONE), [row], status=201 if filed.created else 200)


def _said(error: ValidationError) -> list[str]:
    """Every refusal, with the attribute that it is about."""
    if hasattr(error, "error_dict"):
        return [f"attribute[{name}] : {text}" for name, texts in error.message_dict.items() for text in texts]
    return error.messages


def _device(given, key: ApiKey) -> None:
    """One telephone of an application may not send more than a telephone of the site. Raises Fault 429."""
    device = given.get("device_id", "").strip() or given.get("account_id", "").strip()
    if not device:
        return
    try:
        limits.limit_key("open311.device", f"{key.pk}:{device}", most=BY_DEVICE, seconds=3600)
    except limits.TooMany as error:
        raise Fault(429, TOO_MANY) from error


def _notice(report: Report) -> str:
    """Who is competent, and why."""
    return f"Organisme compétent\u202f: {report.competent}. {report.competence_reason}".strip()


def _number(given, key: ApiKey) -> uuid.UUID | None:
    """The client's own number (`client_uuid`, an addition to the norm), when it gives one."""
    text = given.get("client_uuid", "").strip()
    if not text:
        return None
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise Fault(400, "client_uuid n’est pas un UUID.") from error


def _contact(given) -> dict:
    email = given.get("email", "").strip()
    if email:
        try:
            validate_email(email)
        except ValidationError as error:
            raise Fault(400, "email n’est pas une adresse.") from error
    name = f"{given.get('first_name', '').strip()} {given.get('last_name', '').strip()}".strip()
    return {
        "contact_email": email[:254],
        "contact_name": name[:120],
        "contact_phone": given.get("phone", "").strip()[:20],
    }


def _photos(request) -> list:
    """The photos sent with the request, in `media` (an addition to the norm)."""
    sent = request.FILES.getlist("media")[:PHOTOS]
    return [store_upload(one, actor=None, kind="photo") for one in sent]


@endpoint("GET", "POST")
def updates(request, kind):
    """mySociety's extension: what happened to the public reports in a period; an update from another tool."""
    if request.method == "POST":
        return _update(request, kind)
    start, end = reading.span(request.GET)
    lines = Entry.objects.filter(
        target_type=ContentType.objects.get_for_model(Report),
        verb__in=[f"reports.{word}" for word in STEPS],
        at__gte=start,
        at__lte=end,
    )
    lines = list(lines.order_by("at", "pk")[: reading.MOST])
    shown = Report.objects.public().in_bulk({line.target_id for line in lines})
    lines = [line for line in lines if line.target_id in shown]
    pictures = {
        pk: [(file.kind == "after", request.build_absolute_uri(file.url)) for file in files]
        for pk, files in public_photos(*shown.values()).items()
    }
    return answer(kind, UPDATES, content.updates(lines, shown, bodies_of(lines), pictures))


def _update(request, kind):
    """The tool of the competent body says what it did: with the key of that body only."""
    given, key = request.POST, _key(request)
    reference = given.get("service_request_id", "").strip().upper()
    report = Report.objects.filter(reference=reference).first()
    if report is None or key.organisation_id not in (report.organisation_id, report.external_id):
        raise Fault(404, f"service_request_id « {reference[:40]} » est inconnu.")
    status = given.get("status", "").strip().lower()
    text = given.get("description", "").strip()[:5000]
    at = reading.when(given.get("updated_datetime", ""), "updated_datetime") or timezone.now()
    if at > timezone.now():
        raise Fault(400, "updated_datetime est dans l’avenir.")
    number = reading.number_of(str(key.pk), given.get("update_id", "") or f"{reference}{status}{at.isoformat()}{text}")
    try:
        message = actions.update_from_tool(
            report, key=key, status=status, text=text, number=number, media_url=given.get("media_url", "")
        )
    except (TransitionRefused, ValidationError) as error:
        raise Fault(400, str(getattr(error, "messages", [error])[0])) from error
    return answer(kind, UPDATES, [{"update_id": str(message)}])
