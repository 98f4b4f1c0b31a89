"""The other parent: invited into a home, or found to have opened a file of the same child."""

from django.contrib import messages
from django.db.models import Count, Prefetch, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel import limits
from beffroi.modules.childcare import actions
from beffroi.modules.childcare.access import REGISTER
from beffroi.modules.childcare.errors import Refused
from beffroi.modules.childcare.forms.parents import CodeForm, InviteForm, LinkHomesForm
from beffroi.modules.childcare.models import Child, Enrolment, Likeness, ParentInvitation
from beffroi.modules.childcare.sheets import homes_prefetch
from beffroi.modules.childcare.views.common import desk, find_home
from beffroi.modules.childcare.views.dossier import attempt, crumbs
from beffroi.modules.childcare.views.moving import my_household
from beffroi.modules.childcare.workflow import LIVE

TRIES, HOUR = 20, 3600
SLOW = "Trop d’essais : attendez une heure, ou appelez le service enfance."


def _invite(request, household, done, **context):
    """The form that invites, and the invitations that wait."""
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = []

        def write():
            made.append(actions.invite_parent(household, actor=request.user, **form.cleaned_data))

        if attempt(form, write):
            return redirect(done(made[0]))
    waiting = ParentInvitation.objects.open().filter(household=household)
    children = Child.objects.kept().filter(homes__household=household, homes__end=None).order_by("birth_date", "pk")
    context |= {
        "form": form,
        "household": household,
        "children": children,
        "invitations": [(one, done(one)) for one in waiting],
    }
    return render(request, "childcare/file/invite.html", context)


@never_cache
def my_invite(request, household):
    """Invite the other parent into my home."""
    held = my_household(request, household)

    def done(invitation):
        return reverse("childcare:my_invitation", args=[held.pk, invitation.pk])

    return _invite(
        request,
        held,
        done,
        base="ui/account.html",
        back=reverse("childcare:my_children"),
        own=True,
        breadcrumbs=[("Mes enfants", reverse("childcare:my_children")), ("Inviter l’autre parent", "")],
    )


def _paper(request, found: ParentInvitation, **context):
    """What to hand over: the code and where to type it."""
    address = request.build_absolute_uri(reverse("childcare:join"))
    context |= {"invitation": found, "address": address.removeprefix("https://").removeprefix("http://")}
    return render(request, "childcare/file/invitation.html", context)


@never_cache
@require_safe
def my_invitation(request, household, pk):
    """The code, to print."""
    found = get_object_or_404(ParentInvitation.objects.open(), pk=pk, household=my_household(request, household))
    back = reverse("childcare:my_invite", args=[household])
    return _paper(
        request,
        found,
        base="ui/account.html",
        back=back,
        breadcrumbs=[("Mes enfants", reverse("childcare:my_children")), ("Inviter l’autre parent", back), ("Code", "")],
    )


@never_cache
@require_POST
def my_withdraw(request, household, pk):
    found = get_object_or_404(ParentInvitation, pk=pk, household=my_household(request, household))
    try:
        actions.withdraw_invitation(found, actor=request.user)
        messages.success(request, "L’invitation est retirée : son lien et son code ne servent plus.")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("childcare:my_invite", household)


@never_cache
def join(request):
    """Type the code of the paper."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            limits.limit_key("childcare:code", str(request.user.pk), most=TRIES, seconds=HOUR)
        except limits.TooMany:
            form.add_error("code", SLOW)
        else:
            code = form.cleaned_data["code"]
            if ParentInvitation.objects.open().filter(code=code).exists():
                return redirect("childcare:invitation", code)
            form.add_error("code", "Ce code n’est pas le bon, ou il ne sert plus.")
    context = {
        "form": form,
        "breadcrumbs": [("Mes enfants", reverse("childcare:my_children")), ("Rejoindre un foyer", "")],
    }
    return render(request, "childcare/space/join.html", context)


@never_cache
def invitation(request, token):
    """Who invites, into which home, for which children; then « J’accepte »."""
    found = ParentInvitation.objects.open().filter(code=token).select_related("household", "created_by").first()
    if found is None:
        return render(request, "childcare/space/invitation_over.html", status=404)
    if request.method == "POST":
        try:
            made = actions.accept_invitation(found, actor=request.user)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect(request.path)
        names = ", ".join(one.home.child.first_name for one in made)
        messages.success(request, f"Vous êtes dans « {found.household} ». Vous réservez maintenant pour : {names}.")
        return redirect("childcare:my_children")
    children = Child.objects.kept().filter(homes__household=found.household_id, homes__end=None)
    context = {"invitation": found, "children": children.order_by("birth_date", "pk")}
    return render(request, "childcare/space/invitation.html", context)


@never_cache
@desk(REGISTER)
def desk_invite(request, pk, home):
    """Invite the other parent of a home, from the counter."""
    held = find_home(request, pk, home)

    def done(invitation):
        return reverse("childcare:desk_invitation", args=[pk, home, invitation.pk])

    return _invite(
        request,
        held.household,
        done,
        base="ui/desk.html",
        back=held.child.get_absolute_url(),
        own=False,
        breadcrumbs=crumbs(held.child, "Inviter l’autre parent"),
    )


@never_cache
@require_safe
@desk(REGISTER)
def desk_invitation(request, pk, home, invitation):
    held = find_home(request, pk, home)
    found = get_object_or_404(ParentInvitation.objects.open(), pk=invitation, household=held.household_id)
    return _paper(
        request, found, base="ui/desk.html", back=held.child.get_absolute_url(), breadcrumbs=crumbs(held.child, "Code")
    )


def _sides(likeness: Likeness) -> dict[int, Child]:
    """{pk: file} of both, as the agent compares them: where they come, how many days each holds; five queries."""
    ahead = Q(bookings__state__in=LIVE, bookings__day__gte=timezone.localdate())
    enrolments = Enrolment.objects.filter(end=None).select_related("activity")
    rows = Child.objects.annotate(days=Count("bookings", filter=ahead)).prefetch_related(
        homes_prefetch(), Prefetch("enrolments", enrolments, "current_enrolments")
    )
    return rows.in_bulk([likeness.known_id, likeness.child_id])


@never_cache
@desk(REGISTER)
def likeness(request, pk):
    """Two files side by side: the same child, with two homes, or two children."""
    rows = Likeness.objects.visible_to(request.user).select_related("decided_by")
    found = get_object_or_404(rows.filter(Q(decided_at__isnull=False) | Q(pk__in=Likeness.objects.waiting())), pk=pk)
    form = LinkHomesForm(request.POST if "relier" in request.POST else None)
    if request.method == "POST":
        if "relier" not in request.POST:
            try:
                actions.dismiss_likeness(found, actor=request.user)
                messages.success(request, "Ce sont deux enfants : les deux dossiers restent, personne n’est prévenu.")
            except Refused as refusal:
                messages.error(request, str(refusal))
            return redirect("childcare:todo")
        if form.is_valid():
            made = []

            def write():
                made.append(actions.link_likeness(found, actor=request.user, share=form.cleaned_data["share"]))

            if attempt(form, write):
                child, cancelled = made[0]
                messages.success(request, f"{child.first_name} a maintenant deux foyers ; les familles sont prévenues.")
                if cancelled:
                    told = "jour réservé deux fois, annulé" if cancelled == 1 else "jours réservés deux fois, annulés"
                    messages.warning(request, f"{cancelled} {told} une fois, sans frais.")
                return redirect(child)
    sides = _sides(found)
    context = {
        "likeness": found,
        "form": form,
        "known": sides[found.known_id],
        "child": sides[found.child_id],
        "breadcrumbs": [
            ("Enfance", reverse("childcare:today")),
            ("À traiter", reverse("childcare:todo")),
            ("Peut-être le même enfant", ""),
        ],
    }
    return render(request, "childcare/desk/likeness.html", context)
