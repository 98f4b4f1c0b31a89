"""The platform seen by those who look after it: its parts, its health, its nights, its journal, its seals."""

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Paginator
from django.db import connection
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from beffroi.kernel import access, health, journal, modules, nightly, retention, seals, sheets
from beffroi.kernel.forms import JournalFilter
from beffroi.kernel.models import Entry, Heartbeat, RetentionRun, Seal

OPERATE = "kernel.operate"
RETENTION = "kernel.retention"
PER_PAGE = 50
JOURNAL_LINES = 40
MOST_EXPORTED = 50_000
# What the page of the parts counts, in the words of the desk.
PARTS = {
    "pages": ("page", "pages"),
    "notices": ("avis", "avis"),
    "datasets": ("jeu de données", "jeux de données"),
    "indicators": ("indicateur", "indicateurs"),
    "layers": ("couche", "couches"),
    "retention": ("règle de conservation", "règles de conservation"),
    "search": ("source de recherche", "sources de recherche"),
    "reactions": ("réaction", "réactions"),
}


@never_cache
@require_safe
@access.permission_required(OPERATE)
def index(request):
    """What is installed, whether it is well, what the last night did."""
    parts = [
        {
            "label": module.label,
            "code": config.label,
            "icon": module.icon,
            "needs": ", ".join(module.needs),
            "brings": list(_brought(module)),
        }
        for config, module in modules.installed()
    ]
    reactions = [
        {
            "verb": one.verb,
            "words": journal.words(one.verb),
            "label": one.label or one.run.__name__,
            "part": module.label,
        }
        for _config, module in modules.installed()
        for one in module.reactions
    ]
    beats = {beat.name.removeprefix("nightly:"): beat for beat in Heartbeat.objects.filter(name__startswith="nightly:")}
    since = nightly.last_night(timezone.now())
    nights = [
        {"label": nightly.LABELS[name], "beat": beats.get(name), "late": name not in beats or beats[name].at < since}
        for name in nightly.STEPS
    ]
    context = {
        "parts": parts,
        "reactions": reactions,
        "nights": nights,
        "findings": list(health.findings(but="nights")),
        "jobs": _failed_jobs(),
    }
    return render(request, "kernel/technique.html", context)


def _brought(module: modules.Module):
    """« 3 pages », « 1 avis »… for each kind of thing that a part declares."""
    for kind, (one, many) in PARTS.items():
        if number := len(getattr(module, kind)):
            yield f"{number} {one if number == 1 else many}"


def _failed_jobs() -> list[dict]:
    """The background jobs that failed for good, the last first, ten at most."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT j.id, j.task_name, j.attempts, max(e.at) FROM procrastinate_jobs j"
            " JOIN procrastinate_events e ON e.job_id = j.id WHERE j.status = 'failed'"
            " GROUP BY j.id ORDER BY j.id DESC LIMIT 10"
        )
        return [dict(zip(("id", "task", "attempts", "at"), row, strict=True)) for row in cursor.fetchall()]


@never_cache
@require_safe
@access.permission_required(OPERATE)
def journal_browser(request):
    """The journal, by verb, actor, object and dates."""
    form = JournalFilter(request.GET)
    entries = form.apply(Entry.objects.select_related("actor", "target_type").order_by("-at", "-id"))
    kind = request.GET.get("format", "")
    if kind in sheets.TYPES:
        return _export(kind, entries[:MOST_EXPORTED])
    page = Paginator(entries, JOURNAL_LINES).get_page(request.GET.get("page"))
    context = {"filters": form, "page_obj": page, "lines": [_line(entry) for entry in page], "formats": sheets.LABELS}
    return render(request, "kernel/journal.html", context)


def _line(entry: Entry) -> dict:
    return {
        "entry": entry,
        "words": journal.words(entry.verb),
        "kind": _kind(entry.target_type),
        "data": ", ".join(f"{name}\u202f: {value}" for name, value in entry.data.items()),
    }


def _kind(content_type: ContentType) -> str:
    """What an object is, in words; its technical name when its part is switched off."""
    try:
        return str(apps.get_model(content_type.app_label, content_type.model)._meta.verbose_name)
    except LookupError:
        return f"{content_type.app_label}.{content_type.model}"


def _export(kind: str, entries):
    headers = ["Ligne", "Date", "Action", "En clair", "Par", "Objet", "Numéro", "Données"]
    rows = (
        [
            entry.pk,
            entry.at,
            entry.verb,
            journal.words(entry.verb),
            str(entry.actor or "la plateforme"),
            _kind(entry.target_type),
            entry.target_id,
            _line(entry)["data"],
        ]
        for entry in entries.iterator(chunk_size=2000)
    )
    return sheets.response(kind, "journal", [sheets.Sheet("Journal", headers, rows, (10, 18, 24, 30, 24, 20, 10, 50))])


@never_cache
@require_safe
@access.permission_required(OPERATE)
def seals_page(request):
    """The chain of seals, and when it was last verified."""
    page = Paginator(Seal.objects.order_by("-day"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "verified": Heartbeat.objects.filter(name="nightly:verify").first(),
        "waiting": seals.unsealed_days(timezone.localdate()),
        "demonstration": settings.DEMO,
    }
    return render(request, "kernel/seals.html", context)


@never_cache
@require_safe
@access.permission_required(RETENTION)
def retention_page(request):
    """What each rule would treat now, on which basis, and what it last did."""
    last = retention.latest()
    lines = [
        {"rule": due.rule, "due": due.count, "run": last.get(due.rule.code), "kept": _duration(due.rule.keep)}
        for due in retention.report()
    ]
    kind = request.GET.get("format", "")
    if kind in sheets.TYPES:
        headers = ["Règle", "Données", "Fondement", "Durée", "À l’échéance", "Échus aujourd’hui"]
        rows = [
            [
                line["rule"].code,
                line["rule"].label,
                line["rule"].basis,
                line["kept"],
                _action(line["rule"]),
                line["due"],
            ]
            for line in lines
        ]
        return sheets.response(
            kind, "conservation", [sheets.Sheet("Conservation", headers, rows, (26, 50, 60, 14, 18))]
        )
    runs = RetentionRun.objects.filter(due__gt=0).order_by("-started_at")[:20]
    labels = {line["rule"].code: line["rule"].label for line in lines}
    context = {
        "lines": lines,
        "total": sum(line["due"] for line in lines),
        "runs": [{"run": run, "label": labels.get(run.rule, run.rule)} for run in runs],
        "formats": sheets.LABELS,
    }
    return render(request, "kernel/retention.html", context)


def _action(rule: modules.RetentionRule) -> str:
    return "effacement" if rule.action == "delete" else "anonymisation"


def _duration(keep) -> str:
    """« 3 ans », « 6 mois », « 14 jours », « dès la fin »."""
    days = keep.days
    if days == 0:
        return "dès la fin"
    for length, one, many in ((365, "an", "ans"), (30, "mois", "mois")):
        number = round(days / length)
        if days >= length and abs(days - number * length) <= number * 3:
            return f"{number} {one if number == 1 else many}"
    return f"{days} jour{'s' if days > 1 else ''}"
