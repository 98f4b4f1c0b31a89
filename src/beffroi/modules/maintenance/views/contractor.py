"""`/entreprise/<secret>/`: the orders of a contractor, for whoever holds its link. No account."""

from decimal import Decimal
from functools import wraps

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from beffroi.kernel import limits
from beffroi.modules.maintenance import actions
from beffroi.modules.maintenance.forms_field import PhotosField, Replayed
from beffroi.modules.maintenance.models import ContractorAccess, Note, Order
from beffroi.modules.maintenance.views.common import attempt
from beffroi.shared.files import access as file_access
from beffroi.shared.files.models import StoredFile

WORDS = {
    "accepter": (Note.Kind.ACCEPT, "Accepter ce travail", "Vous acceptez ce travail."),
    "refuser": (Note.Kind.REFUSE, "Refuser ce travail", "Votre refus est transmis."),
    "remarque": (Note.Kind.NOTE, "Envoyer une remarque ou des photos", "C’est transmis."),
    "cout": (Note.Kind.QUOTE, "Proposer un coût", "Le coût proposé est transmis."),
    "termine": (Note.Kind.DONE, "Dire que c’est fait", "C’est transmis : la collectivité va constater le travail."),
}
SHOWN = 60


class AnswerForm(Replayed):
    """What a contractor says."""

    amount = forms.DecimalField(
        label="Montant TTC, en euros", min_value=Decimal("0.01"), max_digits=10, decimal_places=2
    )
    text = forms.CharField(label="Message", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    photos = PhotosField(label="Photos")

    def __init__(self, *args, kind: str, **kwargs):
        super().__init__(*args, **kwargs)
        if kind != Note.Kind.QUOTE:
            del self.fields["amount"]
        if kind in (Note.Kind.ACCEPT, Note.Kind.REFUSE, Note.Kind.QUOTE):
            del self.fields["photos"]
        if kind in (Note.Kind.REFUSE, Note.Kind.DONE):
            self.fields["text"].required = True
            self.fields["text"].label = "Pourquoi" if kind == Note.Kind.REFUSE else "Ce qui a été fait"


def by_link(view):
    """For whoever holds a link that lives; its address is told to no other site, and no copy is kept."""

    @login_not_required
    @never_cache
    @wraps(view)
    def guarded(request, token, **kwargs):
        found = ContractorAccess.objects.of_token(token)
        if found is None:
            try:
                limits.limit(request, "maintenance.contractor", most=60, seconds=3600)
            except limits.TooMany:
                return HttpResponse(status=429)
            answer = render(request, "maintenance/contractor/lost.html", status=404)
        else:
            answer = view(request, found, **kwargs)
        answer["Referrer-Policy"] = "same-origin"
        answer["X-Robots-Tag"] = "noindex"
        return answer

    return guarded


@by_link
@require_safe
def contractor(request, access):
    """Its orders: those to do first."""
    actions.note_visit(access)
    orders = list(access.orders().select_related("commune").order_by("-created_at")[:SHOWN])
    answers = dict(
        Note.objects.filter(order__in=orders, kind__in=(Note.Kind.ACCEPT, Note.Kind.REFUSE, Note.Kind.DONE))
        .order_by("made_at")
        .values_list("order", "kind")
    )
    for order in orders:
        order.answer = Note.Kind(answers[order.pk]).label if order.pk in answers else ""
    context = {
        "access": access,
        "to_do": [order for order in orders if not order.is_finished],
        "done": [order for order in orders if order.is_finished],
    }
    return render(request, "maintenance/contractor/orders.html", context)


def _order(access: ContractorAccess, reference: str) -> Order:
    return get_object_or_404(access.orders().select_related("commune", "asset"), reference=reference.upper())


@by_link
@require_safe
def contractor_order(request, access, reference):
    order = _order(access, reference)
    notes = list(order.notes.filter(author_label=str(access.contractor)[:120]))
    before = list(order.notes.filter(kind=Note.Kind.BEFORE))
    files = StoredFile.objects.about(order, *before)
    context = {
        "access": access,
        "order": order,
        "notes": notes,
        "pictures": [
            (file_access.url_for(file), file_access.thumbnail_url_for(file)) for file in files if file.blob.is_image
        ],
        "gestures": [] if order.is_finished else [(verb, title) for verb, (_kind, title, _said) in WORDS.items()],
    }
    return render(request, "maintenance/contractor/order.html", context)


@by_link
def contractor_answer(request, access, reference, verb):
    order = _order(access, reference)
    if verb not in WORDS:
        raise Http404(verb)
    kind, title, said = WORDS[verb]
    sent = request.method == "POST"
    form = AnswerForm(request.POST if sent else None, request.FILES if sent else None, kind=kind)
    home = reverse("maintenance:contractor_order", args=[access.token, order.reference])
    if form.is_valid():
        data = form.cleaned_data
        if attempt(form, lambda: actions.answer_as_contractor(access, order, kind=kind, **data)):
            messages.success(request, said)
            return HttpResponseRedirect(home)
    context = {"access": access, "order": order, "form": form, "title": title, "home": home}
    return render(request, "maintenance/contractor/answer.html", context)
