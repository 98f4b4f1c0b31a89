"""`/suivi/`: the page of a case for whoever holds its secret link, its author or somebody who follows it."""

from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel import limits, pdf
from beffroi.kernel.writing import posted
from beffroi.shared.cases import actions, receipt
from beffroi.shared.cases.forms import EmailForm, FindLinkForm, MessageForm
from beffroi.shared.cases.models import Case, Follower
from beffroi.shared.cases.timeline import follower_timeline
from beffroi.shared.cases.views.public_page import page_context, say, whole


def secret(view):
    """A page reached by a secret: for everyone who holds it, kept by nobody, its address told to no other site.

    Not `no-referrer`: browsers would then send the forms with `Origin: null`, which the CSRF check refuses.
    """

    @login_not_required
    @never_cache
    @wraps(view)
    def guarded(request, token, **kwargs):
        response = view(request, token, **kwargs)
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex"
        return response

    return guarded


def _case(token: str) -> Case | None:
    found = Case.objects.filter(token=token).first()
    return None if found is None else whole(found)


def _follower(token: str) -> Follower | None:
    return Follower.objects.select_related("case").filter(token=token).first()


def lost(request) -> HttpResponse:
    """A secret that opens nothing: said kindly, with the way to find the link again."""
    return render(request, "cases/lost.html", status=404)


@secret
@require_safe
def tracking(request, token):
    case = _case(token)
    if case is not None:
        return _page(request, case)
    follower = _follower(token)
    return lost(request) if follower is None else _follower_page(request, follower)


def _page(request, case, form=None, email_form=None, status=200):
    actions.mark_seen(case)
    context = page_context(request, case, form=form, signed=True) | {
        "email_form": email_form or EmailForm(auto_id="id_adresse_%s"),
        "masked": mask(case.contact_email),
    }
    return render(request, "cases/tracking.html", context, status=status)


def _follower_page(request, follower):
    case = whole(follower.case)
    context = {
        "case": case,
        "follower": follower,
        "items": follower_timeline(case),
        "reader": "follower",
        "signed": True,
        **case.public_context(request),
    }
    return render(request, "cases/following.html", context)


def mask(email: str) -> str:
    """« j…@example.org »: enough to know one's own address, not to learn somebody else's."""
    name, _, domain = email.partition("@")
    return f"{name[:1]}…@{domain}" if domain else ""


@secret
@require_POST
def write(request, token):
    """Answer the question that was asked, or add something."""
    case = _case(token)
    if case is None:
        return lost(request)
    form = MessageForm(request.POST, request.FILES)
    if form.is_valid() and say(request, case, form):
        return HttpResponseRedirect(case.tracking_url())
    return _page(request, case, form=form)


@secret
@require_POST
def set_email(request, token):
    """Give, change or withdraw the address at which one is told."""
    case = _case(token)
    if case is None:
        return lost(request)
    if case.requester_id or case.person_id or case.anonymised_at:
        return HttpResponseRedirect(case.tracking_url())
    if request.POST.get("retirer"):
        actions.set_contact_email(case, actor=request.user, email="")
        messages.success(request, "Votre adresse est effacée. Gardez ce lien : lui seul mène à votre demande.")
        return HttpResponseRedirect(case.tracking_url())
    form = EmailForm(request.POST, auto_id="id_adresse_%s")
    if not form.is_valid():
        return _page(request, case, email_form=form)
    actions.set_contact_email(case, actor=request.user, email=form.cleaned_data["email"])
    messages.success(request, "C’est noté : vous serez prévenu par courriel à chaque étape.")
    return HttpResponseRedirect(case.tracking_url())


@secret
@require_POST
def confirm(request, token):
    """The owner of an address says that they want to follow."""
    follower = _follower(token)
    if follower is None:
        return lost(request)
    actions.confirm_follower(follower)
    messages.success(request, "C’est confirmé : vous serez prévenu à chaque étape.")
    return HttpResponseRedirect(follower.tracking_url())


@secret
@require_POST
def stop(request, token):
    """Stop following: the address is forgotten."""
    follower = _follower(token)
    if follower is None:
        return lost(request)
    actions.unfollow(follower)
    return render(request, "cases/stopped.html")


@secret
@require_safe
def receipt_file(request, token):
    """The proof that the request was received."""
    case = _case(token)
    if case is None:
        return lost(request)
    link = request.build_absolute_uri(case.tracking_url())
    return pdf.response(f"recepisse-{case.reference}", receipt.render(case, link), inline=False)


@login_not_required
@never_cache
def find_link(request):
    """A lost link is sent again by e-mail; the answer is the same whether the request exists or not."""
    form = FindLinkForm(*posted(request))
    if not form.is_valid():
        return render(request, "cases/find_link.html", {"form": form})
    try:
        limits.limit(request, "cases.find_link", most=10, seconds=3600)
        limits.limit_key("cases.find_link.email", form.cleaned_data["email"].lower(), most=4, seconds=3600)
    except limits.TooMany:
        form.add_error(None, "Trop d’essais depuis une heure. Réessayez plus tard, ou appelez le service.")
        return render(request, "cases/find_link.html", {"form": form}, status=429)
    actions.send_links(form.cleaned_data["reference"], form.cleaned_data["email"])
    return HttpResponseRedirect(f"{reverse('cases:find_link')}?envoye=1")
