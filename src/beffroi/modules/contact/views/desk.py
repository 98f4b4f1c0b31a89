"""The desk: write for somebody, and set the subjects of one's organisation."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel import access
from beffroi.kernel.access import permission_required
from beffroi.kernel.writing import posted, tell
from beffroi.modules.contact import actions
from beffroi.modules.contact.forms import SERVICE, DeskForm, SubjectForm
from beffroi.modules.contact.models import Subject
from beffroi.shared.cases.filing import fields_for_person, person_asked
from beffroi.shared.organisations.models import Commune, Organisation

FILE = "contact.file"
CONFIGURE = "contact.configure"


@never_cache
@permission_required(FILE)
def new(request):
    """Write down what somebody asks at the counter, on the telephone or by letter."""
    posted = request.method == "POST"
    slug = request.POST.get("commune", "") if posted else request.GET.get("commune", "")
    commune = Commune.objects.members().filter(slug=slug).first() if slug else None
    data = (request.POST, request.FILES) if posted else (None, None)
    person = person_asked(request.user, request.GET)
    if person is not None and not posted:
        commune = person.commune
    form = DeskForm(*data, actor=request.user, commune=commune, person=person)
    form.initial |= {"commune": commune and commune.slug}
    if form.is_valid():
        fields = form.cleaned_data
        whose = fields_for_person(request.user, person, service=SERVICE) if person else {"filed_by": request.user}
        case, _created = actions.send_request(actor=request.user, **whose, **fields)
        messages.success(request, f"Le message est enregistré : {case.reference}.")
        seen = type(case).objects.on_desk_of(request.user).filter(pk=case.pk).exists()
        return HttpResponseRedirect(case.get_absolute_url() if seen else case.account_url())
    crumbs = [("Bureau", "/bureau/"), ("Saisir un message", "")]
    return render(request, "contact/desk/new.html", {"form": form, "person": person, "breadcrumbs": crumbs})


def _bodies(user):
    bodies = access.organisations_where(user, CONFIGURE)
    active = Organisation.objects.filter(is_active=True)
    return active.filter(is_operator=True) if bodies is None else active.filter(pk__in=bodies)


def _crumbs(*more):
    return [("Bureau", "/bureau/"), ("Sujets de contact", reverse("contact:subjects") if more else ""), *more]


@never_cache
@require_safe
@permission_required(CONFIGURE)
def subjects(request):
    bodies = list(_bodies(request.user))
    found = Subject.objects.filter(organisation__in=bodies).select_related("team").annotate(received=Count("requests"))
    lines = {body.pk: (body, []) for body in bodies}
    for line in found:
        lines[line.organisation_id][1].append(line)
    context = {"bodies": lines.values(), "breadcrumbs": _crumbs()}
    return render(request, "contact/desk/subjects.html", context)


@never_cache
@permission_required(CONFIGURE)
def subject(request, slug, pk=None):
    body = get_object_or_404(_bodies(request.user), slug=slug)
    line = get_object_or_404(Subject, organisation=body, pk=pk) if pk else Subject(organisation=body)
    form = SubjectForm(*posted(request), instance=line, organisation=body)
    if form.is_valid():
        try:
            actions.save_subject(form.instance, actor=request.user)
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, f"Le sujet « {line.label} » est enregistré.")
            return HttpResponseRedirect(reverse("contact:subjects"))
    last = line.label if pk else "Nouveau sujet"
    context = {"form": form, "body": body, "subject": line, "breadcrumbs": _crumbs((last, ""))}
    return render(request, "contact/desk/subject.html", context)


@never_cache
@require_POST
@permission_required(CONFIGURE)
def remove(request, slug, pk):
    body = get_object_or_404(_bodies(request.user), slug=slug)
    line = get_object_or_404(Subject, organisation=body, pk=pk)
    actions.remove_subject(line, actor=request.user)
    messages.success(request, f"Le sujet « {line.label} » est supprimé ; les messages reçus restent.")
    return HttpResponseRedirect(reverse("contact:subjects"))
