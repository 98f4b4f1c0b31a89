"""`/bureau/regie/exports/`: the file that another accounting software reads, as each body wants it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel import access
from beffroi.kernel.access import permission_required
from beffroi.shared.billing import actions, layouts
from beffroi.shared.billing.access import MANAGE, VIEW
from beffroi.shared.billing.forms import regies
from beffroi.shared.billing.forms_layouts import ExportForm, LayoutForm
from beffroi.shared.billing.layouts_ready import READY
from beffroi.shared.billing.models import AccountingLayout
from beffroi.shared.billing.views.common import attempt, desk

SHOWN = 4


def _crumbs(title: str = "", layout: AccountingLayout | None = None) -> list[tuple[str, str]]:
    found = [("Bureau", "/bureau/"), ("Exports comptables", reverse("billing:layouts") if title else "")]
    if layout is not None and layout.pk and title != str(layout):
        found.append((str(layout), layout.get_absolute_url()))
    return [*found, (title, "")] if title else found


def _bodies(user, permission: str) -> list:
    """The bodies that have a régie in which this person may do it, each once."""
    return list({one.organisation_id: one.organisation for one in regies(user, permission)}.values())


def _body(request, permission: str):
    """The body of the address, else the first one; 403 for who has none."""
    bodies = _bodies(request.user, permission)
    if not bodies:
        raise PermissionDenied(permission)
    wanted = request.GET.get("organisme", "")
    found = next((one for one in bodies if one.slug == wanted), None)
    if wanted and found is None:
        raise Http404("organisme")
    return found or bodies[0]


@desk
@require_safe
@permission_required(VIEW)
def index(request):
    """The layouts of my bodies, and those that are ready."""
    context = {
        "layouts": AccountingLayout.objects.visible_to(request.user).select_related("organisation"),
        "ready": READY.values(),
        "bodies": _bodies(request.user, VIEW),
        "may_manage": access.can(request.user, MANAGE),
        "breadcrumbs": _crumbs(),
    }
    return render(request, "billing/layouts.html", context)


def _page(request, layout: AccountingLayout, title: str, **more):
    """A layout: what it gives, and the file of a period."""
    mine = [one for one in regies(request.user) if one.organisation_id == layout.organisation_id]
    form = ExportForm(request.POST or None, regies=mine)
    if request.method == "POST" and form.is_valid():
        data, made = form.cleaned_data, []

        def write():
            made.append(actions.export_accounts(layout, data["regie"], data["du"], data["au"], actor=request.user))

        if attempt(form, write):
            content, _count = made[0]
            name = f"{data['regie'].code.lower()}-{data['du']}-{data['au']}.{layout.extension}"
            answer = HttpResponse(content, content_type=f"text/plain; charset={layout.encoding.removesuffix('-sig')}")
            answer["Content-Disposition"] = f'attachment; filename="{name}"'
            return answer
    context = {
        "layout": layout,
        "form": form,
        "sample": _sample(layout, form, mine),
        "columns": _columns(layout),
        "may_manage": access.can(request.user, MANAGE, layout.organisation_id),
        "breadcrumbs": _crumbs(title, layout),
        **more,
    }
    return render(request, "billing/layout.html", context)


def _columns(layout: AccountingLayout) -> list[tuple[str, str]]:
    """(header, what is in it) of each column."""
    fields = layouts.FIELDS[layout.content]
    return [
        (one.header, fields[one.field].label if one.field else f"« {one.text} »" if one.text else "vide")
        for one in layouts.columns_of(layout.columns, layout.content)
    ]


def _sample(layout: AccountingLayout, form: ExportForm, mine: list) -> str:
    """The first lines of the file of the first régie, over the period that the form proposes."""
    if not mine:
        return ""
    since, until = form.fields["du"].initial, form.fields["au"].initial
    rows = layouts.rows_of(layout.content, mine[0], since, until)[:SHOWN]
    content, _count = layouts.write(layout, rows)
    return content.decode(layout.encoding, "replace")


@desk
@permission_required(VIEW)
def layout(request, pk):
    held = get_object_or_404(AccountingLayout.objects.visible_to(request.user).select_related("organisation"), pk=pk)
    return _page(request, held, str(held))


@desk
@permission_required(VIEW)
def ready(request, code):
    """One that is ready, for a body of mine: used at once, or copied to be changed."""
    if code not in READY:
        raise Http404(code)
    held = READY[code].make(_body(request, VIEW))
    return _page(request, held, held.name, ready=READY[code])


@desk
@permission_required(MANAGE)
def layout_edit(request, pk=None):
    """Write a layout, from nothing, from one that is ready, or again."""
    if pk:
        rows = AccountingLayout.objects.visible_to(request.user, MANAGE).select_related("organisation")
        held = get_object_or_404(rows, pk=pk)
    else:
        body, model = _body(request, MANAGE), READY.get(request.GET.get("modele", ""))
        held = model.make(body) if model else AccountingLayout(organisation=body)
    form = LayoutForm(request.POST or None, instance=held)
    asked = request.method == "POST" and form.is_valid()
    if asked and attempt(form, lambda: actions.save_layout(held, actor=request.user)):
        messages.success(request, "Le format est gardé.")
        return redirect(held)
    chosen = form["content"].value() or held.content
    context = {
        "form": form,
        "layout": held,
        "body": held.organisation,
        "bodies": _bodies(request.user, MANAGE),
        "fields": [(label, layouts.FIELDS[code].items()) for code, label in AccountingLayout.Content.choices],
        "chosen": chosen,
        "back": held.get_absolute_url() if pk else reverse("billing:layouts"),
        "breadcrumbs": _crumbs("Régler" if pk else "Nouveau format", held if pk else None),
    }
    return render(request, "billing/layout_form.html", context)


@desk
@require_POST
@permission_required(MANAGE)
def layout_drop(request, pk):
    held = get_object_or_404(AccountingLayout.objects.visible_to(request.user, MANAGE), pk=pk)
    actions.drop_layout(held, actor=request.user)
    messages.success(request, "Le format est retiré.")
    return redirect("billing:layouts")
