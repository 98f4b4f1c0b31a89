"""`/bureau/enfance/a-traiter/certifications/`: the files that nobody has certified for a year."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel import sheets
from beffroi.kernel.bulk import numbers
from beffroi.kernel.ui.formats import counted
from beffroi.modules.childcare import actions
from beffroi.modules.childcare.access import REGISTER
from beffroi.modules.childcare.errors import Refused
from beffroi.modules.childcare.forms.desk import CertifyFilter
from beffroi.modules.childcare.models import Child, Site
from beffroi.modules.childcare.sheets import homes_prefetch
from beffroi.modules.childcare.views.common import desk

PAGE = 40
HEADERS = (
    "Nom",
    "Prénom",
    "Né(e) le",
    "Foyers",
    "Responsables",
    "Courriels",
    "Téléphones",
    "Certifié le",
    "Rappels",
    "Dernier rappel",
)


def _selection(request):
    sites = Site.objects.visible_to(request.user).filter(is_active=True)
    form = CertifyFilter(request.GET, sites=sites)
    rows = Child.objects.visible_to(request.user, REGISTER).to_certify()
    wanted = form.cleaned_data if form.is_valid() else {}
    for word in wanted.get("q", "").split():
        rows = rows.filter(Q(last_name__unaccent__icontains=word) | Q(first_name__unaccent__icontains=word))
    if site := wanted.get("site"):
        rows = rows.filter(enrolments__site=site, enrolments__end=None).distinct()
    if (said := wanted.get("rappel")) in ("jamais", "une"):
        rows = rows.filter(certify_reminders=("jamais", "une").index(said))
    elif said == "deux":
        rows = rows.filter(certify_reminders__gte=2)
    return form, rows.prefetch_related(homes_prefetch()).order_by("since", "last_name", "first_name", "pk")


def _people(child: Child) -> list:
    return [guardian.person for home in child.current_homes for guardian in home.active_guardians]


@never_cache
@require_safe
@desk(REGISTER)
def certifications(request):
    """Those whose year is over, the oldest first; ask again, take the list away."""
    form, rows = _selection(request)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    for child in page:
        child.people = _people(child)
        child.reached = any(person.user_id or person.email or person.phone for person in child.people)
    context = {
        "form": form,
        "page_obj": page,
        "kinds": sheets.LABELS.items(),
        "query": request.GET.urlencode(),
        "breadcrumbs": [
            ("Enfance", reverse("childcare:today")),
            ("À traiter", reverse("childcare:todo")),
            ("Certifications", ""),
        ],
    }
    return render(request, "childcare/desk/certifications.html", context)


@never_cache
@require_POST
@desk(REGISTER)
def remind(request):
    """Write now to the homes of those that are ticked; the filters of the list are in the address."""
    wanted = numbers(request.POST.getlist("choix"))
    done, refused = 0, []
    for child in Child.objects.visible_to(request.user, REGISTER).filter(pk__in=wanted).order_by("pk"):
        try:
            actions.remind_certification(child, actor=request.user)
            done += 1
        except Refused as refusal:
            refused.append(f"{child} : {refusal}")
    if done:
        messages.success(request, f"{counted(done, 'famille prévenue,familles prévenues')}.")
    elif not refused:
        messages.error(request, "Cochez au moins un enfant.")
    for told in refused[:3]:
        messages.error(request, told)
    return redirect(f"{reverse('childcare:certifications')}?{request.GET.urlencode()}")


@never_cache
@require_safe
@desk(REGISTER)
def export(request, kind):
    """The list, with how to reach each family."""
    if kind not in sheets.TYPES:
        raise Http404(kind)
    _form, rows = _selection(request)

    def lines():
        for child in rows.iterator(chunk_size=500):
            people = _people(child)
            yield [
                child.last_name,
                child.first_name,
                child.birth_date,
                ", ".join(home.household.name for home in child.current_homes),
                ", ".join(str(one) for one in people),
                ", ".join(filter(None, (one.email for one in people))),
                ", ".join(filter(None, (one.phone for one in people))),
                child.certified_at,
                child.certify_reminders,
                child.certify_reminded_on,
            ]

    sheet = sheets.Sheet("À certifier", HEADERS, lines(), widths=(20, 16, 12, 24, 32, 36, 24, 18, 10, 16))
    return sheets.response(kind, "dossiers-a-certifier", [sheet])
