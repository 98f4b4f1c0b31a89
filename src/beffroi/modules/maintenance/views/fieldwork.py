"""What an agent does to an order: time, checks, photos, parts, problem, end. Each can be sent later, or twice, by a
device that had no network (see kernel/offline.py)."""

import uuid

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from beffroi.kernel import offline
from beffroi.kernel.access import permission_required
from beffroi.modules.maintenance import actions
from beffroi.modules.maintenance.access import WORK
from beffroi.modules.maintenance.around import workable
from beffroi.modules.maintenance.forms import LabourForm, bodies
from beffroi.modules.maintenance.forms_field import (
    CheckAnswerForm,
    ClosingForm,
    FieldOrderForm,
    NoteForm,
    ProblemForm,
    UsedPartForm,
)
from beffroi.modules.maintenance.models import Note, Order, Part, Store
from beffroi.modules.maintenance.views.common import (
    attempt,
    back,
    checks_of,
    desk,
    gesture_page,
    key_of,
    said_in,
    worked,
)
from beffroi.shared.assets.models import Asset


@desk
@require_POST
def timer(request, reference, verb):
    """Start or stop my time."""
    order = worked(request, reference)
    at = offline.made_at(request)
    if verb == "debut":
        actions.start_timer(order, actor=request.user, at=at, client_uuid=key_of(request))
    elif verb == "fin":
        actions.stop_my_timer(order, actor=request.user, at=at)
    else:
        raise Http404(verb)
    return back(request, order)


@desk
def close(request, reference):
    """End it. What comes after somebody else's end is kept, and told to the dispatcher."""
    order = worked(request, reference)
    said = said_in(request, order)
    initial = {"text": said.text} if said else {}
    form = ClosingForm(request.POST or None, request.FILES or None, order=order, initial=initial)
    form.acted_by(request.user)
    if form.is_valid():
        made: list = []

        def write():
            made.append(
                actions.close_order(order, actor=request.user, made_at=offline.made_at(request), **form.cleaned_data)
            )

        if attempt(form, write):
            closing, _created = made[0]
            if closing.conflict:
                messages.warning(
                    request, f"{closing.conflict} Votre compte rendu est gardé : le bureau verra les deux."
                )
            else:
                messages.success(request, f"{order.reference} est terminé.")
            return back(request, order)
    return gesture_page(request, order, form, "Terminer le travail")


@desk
def checks(request, reference):
    """Answer the checklist: only what has changed is kept, beside the answers that exist."""
    order = worked(request, reference)
    form = CheckAnswerForm(request.POST or None, request.FILES or None, checks=checks_of(order)).acted_by(request.user)
    if form.is_valid():
        opened: list = []
        if attempt(form, lambda: opened.extend(_answer(request, form))):
            messages.success(request, "Les réponses sont enregistrées.")
            if opened:
                messages.warning(request, f"Une anomalie a ouvert {', '.join(opened)}.")
            return back(request, order)
    return gesture_page(request, order, form, "Liste de contrôle", fields="maintenance/parts/check_fields.html")


@transaction.atomic
def _answer(request, form) -> list[str]:
    """Each answer has its own key, drawn from that of the form; returns the orders that faults have opened."""
    key, at, opened = form.cleaned_data["client_uuid"], offline.made_at(request), []
    for line, value, remark, files in form.changed():
        own = uuid.uuid5(key, str(line.pk)) if key else None
        answer, _created = actions.answer_check(
            line, value, actor=request.user, comment=remark, made_at=at, client_uuid=own, files=files
        )
        if answer is not None and answer.opened_order_id:
            opened.append(answer.opened_order.reference)
    return opened


@desk
def note(request, reference):
    """A remark, photos."""
    order = worked(request, reference)
    form = NoteForm(request.POST or None, request.FILES or None).acted_by(request.user)
    if form.is_valid():
        data = form.cleaned_data | {"kind": form.cleaned_data["kind"] or Note.Kind.NOTE}
        at = offline.made_at(request)
        if attempt(form, lambda: actions.add_note(order, actor=request.user, made_at=at, **data)):
            messages.success(request, "C’est gardé avec le travail.")
            return back(request, order)
    return gesture_page(request, order, form, "Photo ou remarque")


@desk
def problem(request, reference):
    """What keeps the work from being done: it waits, and the dispatcher sees why."""
    order = worked(request, reference)
    form = ProblemForm(request.POST or None, request.FILES or None).acted_by(request.user)
    if form.is_valid():
        data, at = form.cleaned_data | {"kind": Note.Kind.PROBLEM}, offline.made_at(request)
        if attempt(form, lambda: actions.add_note(order, actor=request.user, made_at=at, **data)):
            messages.success(request, "Le bureau voit ce qui bloque. Le travail attend.")
            return back(request, order)
    return gesture_page(request, order, form, "Signaler un problème")


@desk
def labour(request, reference):
    order = worked(request, reference)
    form = LabourForm(request.POST or None, order=order, user=request.user)
    if form.is_valid():
        start, end = form.moments()
        data = form.cleaned_data

        def write():
            actions.add_labour(
                order,
                actor=request.user,
                worker=data["worker"] or request.user,
                start=start,
                end=end,
                comment=data["comment"],
                client_uuid=data["client_uuid"],
            )

        if attempt(form, write):
            messages.success(request, "Le temps est noté.")
            return back(request, order)
    return gesture_page(request, order, form, "Noter un temps")


@desk
def part(request, reference):
    """Take parts from the stock for this order."""
    order = worked(request, reference)
    form = UsedPartForm(request.POST or None, order=order)
    if form.is_valid():
        data = form.cleaned_data

        def write():
            actions.use_part(
                order,
                Part.objects.get(pk=data["part"]),
                Store.objects.get(pk=data["store"]),
                data["quantity"],
                actor=request.user,
                at=offline.made_at(request),
                client_uuid=data["client_uuid"],
            )

        if attempt(form, write):
            messages.success(request, "La pièce est sortie du stock.")
            return back(request, order)
    return gesture_page(request, order, form, "Sortir une pièce")


@desk
@permission_required(WORK)
def order_new(request):
    """Something to do that an agent has seen: it goes to the dispatcher, « à planifier »."""
    owned = list(bodies(request.user, WORK))
    initial = {"asset_code": request.GET.get("equipement", "")[:64]}
    form = FieldOrderForm(request.POST or None, request.FILES or None, initial=initial).acted_by(request.user)
    if form.is_valid() and owned:
        asset = _asset(form, request.user)
        if form.is_valid():
            made: list = []
            body = asset.organisation if asset and asset.organisation in owned else owned[0]

            def write():
                made.append(_open(request, form, body, asset))

            if attempt(form, write):
                messages.success(request, f"{made[0].reference} est ouvert. Le bureau le planifiera.")
                return HttpResponseRedirect(reverse("kernel:terrain"))
    page = gesture_page(request, None, form, "Nouveau travail", template="maintenance/field_new.html")
    return page if request.GET else offline.keep(page, answers=True)


def _asset(form, user) -> Asset | None:
    code = form.cleaned_data["asset_code"].strip()
    if not code:
        return None
    asset = workable(user).select_related("organisation", "parent").labelled(code).first()
    if asset is None:
        form.add_error("asset_code", "Aucun équipement ne porte ce numéro. Laissez vide et décrivez-le.")
    return asset


@transaction.atomic
def _open(request, form, body, asset) -> Order:
    data = form.cleaned_data
    order, created = actions.open_order(
        actor=request.user,
        organisation=body,
        title=data["title"],
        description=data["description"],
        priority=Order.Priority.URGENT if data["urgent"] else Order.Priority.NORMAL,
        location=form.place,
        commune_id=int(data["commune"]) if data["commune"] else None,
        address=data["address"],
        asset=asset,
        created_at=offline.made_at(request),
        made_at=offline.made_at(request),
        client_uuid=data["client_uuid"],
    )
    if created and data["photos"]:
        key = data["client_uuid"] and uuid.uuid5(data["client_uuid"], "photos")
        actions.add_note(
            order,
            actor=request.user,
            kind=Note.Kind.BEFORE,
            photos=data["photos"],
            client_uuid=key,
            made_at=offline.made_at(request),
        )
    return order
