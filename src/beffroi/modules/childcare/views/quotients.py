"""`/bureau/enfance/quotients/`: the homes without a quotient of the year: tell them, call them, enter a proof."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel import access, sheets
from beffroi.modules.childcare import actions, quotients
from beffroi.modules.childcare.access import REGISTER
from beffroi.modules.childcare.forms.quotients import QuotientFilter
from beffroi.modules.childcare.models import ChildHome
from beffroi.modules.childcare.views.common import desk, operator

PAGE = 40
MOST = 5000
HEADERS = ["Foyer", "Enfants", "État", "Dernier quotient", "Depuis", "Prévenu le", "Joignable", "Accord pour la CAF"]


def _asked(request):
    """(form, homes, today) of an address."""
    form, today = QuotientFilter(request.GET), timezone.localdate()
    wanted = form.chosen()
    found = quotients.listed(request.user, today, wanted.get("etat", ""), wanted.get("q", "").strip())
    return form, found, today


def _may_tell(user) -> bool:
    """The body that runs the service tells the homes, whoever receives their children."""
    return access.can(user, REGISTER, operator().pk)


def _with_children(homes, today) -> list:
    """The homes of a page, each with its children, its state and where its quotient is entered: one query more."""
    homes = list(homes)
    links = ChildHome.objects.current().filter(household__in=homes, child__erased_at=None).select_related("child")
    held: dict[int, list[ChildHome]] = {}
    for link in links.order_by("child__birth_date", "pk"):
        held.setdefault(link.household_id, []).append(link)
    for home in homes:
        mine = held.get(home.pk, [])
        home.children_names = ", ".join(link.child.first_name for link in mine)
        home.link = mine[0] if mine else None
        home.standing = quotients.state_of(home.last_month, today)
        home.standing_label, home.tone = quotients.STATES[home.standing], quotients.TONES[home.standing]
    return homes


@never_cache
@require_safe
@desk(REGISTER)
def missing(request):
    """Who has not given it, and who was told."""
    form, found, today = _asked(request)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {
        "form": form,
        "page": page,
        "homes": _with_children(page.object_list, today),
        "year": today.year,
        "untold": quotients.to_give(today).filter(told_at=None).count() if _may_tell(request.user) else 0,
        "filtered": bool(form.chosen()),
        "exports": [(label, f"export.{kind}?{kept.urlencode()}") for kind, label in sheets.LABELS.items()],
        "breadcrumbs": [("Enfance", reverse("childcare:today")), ("Quotients", "")],
    }
    return render(request, "childcare/desk/quotients.html", context)


@never_cache
@require_safe
@desk(REGISTER)
def export(request, kind):
    """The same as a table, to call those who cannot be written to."""
    if kind not in sheets.TYPES:
        raise Http404(kind)
    _form, found, today = _asked(request)
    rows = [
        [
            home.name,
            home.children_names,
            home.standing_label,
            home.last_value,
            home.last_month,
            home.told_at,
            home.reached,
            home.consented,
        ]
        for home in _with_children(found[:MOST], today)
    ]
    sheet = sheets.Sheet("Quotients", HEADERS, rows, widths=[28, 28, 16, 16, 12, 18, 12, 18])
    return sheets.response(kind, f"quotients-a-demander-{today:%Y-%m-%d}", [sheet])


@never_cache
@require_POST
@desk(REGISTER)
def tell(request):
    """Tell now those who were not told this year."""
    access.require(request.user, REGISTER, operator().pk)
    count = actions.tell_quotients(actor=request.user)
    if count:
        messages.success(request, f"Foyers prévenus : {count}. Chacun ne l’est qu’une fois dans l’année.")
    else:
        messages.info(request, "Tous les foyers à prévenir l’ont été cette année.")
    return redirect("childcare:quotients")
