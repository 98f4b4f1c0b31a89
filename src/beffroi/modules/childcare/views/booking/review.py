"""What each line will be, and its price, before saying yes."""

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from beffroi.modules.childcare import actions, calendars, pricing
from beffroi.modules.childcare.forms.booking import PatternForm
from beffroi.modules.childcare.residences import Status
from beffroi.modules.childcare.views.booking.who import Desk, period_of
from beffroi.modules.childcare.wishes import BOOK, NO, WAIT, Weighing, Wish, read_token
from beffroi.shared.people.models import Household

MOST = 400
COUNT = "quantite."
FEW = 3  # impossible days that stand among the others; more of them are told apart


def _wishes(who: Desk, enrolled) -> tuple[list[Wish], PatternForm | None]:
    """What was asked: tokens (to confirm), boxes of the calendar, or a pattern."""
    request = who.request
    chosen = [child for child in who.chosen() if child in enrolled]
    if tokens := request.POST.getlist("ligne"):
        wishes = [wish for wish in map(read_token, tokens[:MOST]) if wish and wish.child_id in who.homes]
        return wishes, None
    if "motif" in request.POST:
        period, _periods = period_of(who)
        if period is None:
            raise Http404("période")
        form = PatternForm(request.POST, units=who.units, weekdays=period.weekdays, period=period)
        if not form.is_valid():
            return [], form
        days = form.days(calendars.days_of(period))
        return [Wish(day, child, form.cleaned_data["unit"], form.how_many) for day in days for child in chosen], form
    wishes = []
    for box in request.POST.getlist("jour")[:MOST]:
        for child in chosen:
            if wish := read_token(f"{child}.{box}"):
                wishes.append(wish)
    return [*wishes, *_counted(request, chosen)], None


def _counted(request, chosen: list[int]) -> list[Wish]:
    """What was asked by quantity: a number in the box of a day."""
    found = []
    for name, value in list(request.POST.items())[: 2 * MOST]:
        if name.startswith(COUNT) and value.isascii() and value.isdigit() and int(value) > 0:
            box = f"{name.removeprefix(COUNT)}.{min(int(value), 999)}"
            found += [wish for child in chosen if (wish := read_token(f"{child}.{box}"))]
    return found


@never_cache
@require_POST
def review(request, slug, pk=None):
    """What each line will be, and its price, before anything is written; then the confirmation."""
    who = Desk(request, slug, pk)
    enrolled = who.enrolled
    wishes, form = _wishes(who, enrolled)
    if not wishes:
        if form is not None and form.errors:
            messages.error(request, " ".join(message for errors in form.errors.values() for message in errors))
        else:
            messages.error(request, "Choisissez au moins un jour et un enfant.")
        return HttpResponseRedirect(who.url("calendar"))
    homes = {child: home for child, home in who.homes.items() if child in {wish.child_id for wish in wishes}}
    if "confirmer" in request.POST:
        return _confirm(request, who, wishes, homes)
    weighing = Weighing(wishes, homes, desk=who.is_desk)
    lines = weighing.lines()
    actions.next_rank(lines)
    counts = {verdict: sum(line.verdict == verdict for line in lines) for verdict in (BOOK, WAIT, NO)}
    total = pricing.quote(lines)
    folded = [line for line in lines if line.verdict == NO] if counts[NO] > FEW and counts[NO] < len(lines) else []
    context = who.context(
        "Vérifier",
        lines=[line for line in lines if line not in folded],
        folded=folded,
        counts=counts,
        total=total,
        priced=any(line.price is not None for line in lines),
        unknown=any("quotient familial inconnu" in line.explanation for line in lines),
        unproved=_unproved(weighing),
        order=actions.ORDER_WORDS,
    )
    return render(request, "childcare/book/review.html", context)


def _unproved(weighing: Weighing) -> list[tuple[Household, Status]]:
    """The homes of the wishes whose commune waits for its proof, and the rate meanwhile."""
    households = {home.household_id: home.household for home in weighing.homes.values()}
    told = [(one, weighing.residences.status(one)) for one in households.values()]
    return [(one, status) for one, status in told if not status.proved]


def _confirm(request, who: Desk, wishes, homes):
    lines = actions.book(wishes, homes, actor=request.user, desk=who.is_desk)
    booked = sum(line.verdict == BOOK for line in lines)
    waiting = sum(line.verdict == WAIT for line in lines)
    refused = [line for line in lines if line.verdict == NO]
    if booked:
        messages.success(request, f"C’est réservé : {booked} jour{'s' if booked > 1 else ''}.")
    if waiting:
        messages.warning(
            request,
            f"Complet pour {waiting} jour{'s' if waiting > 1 else ''} : vous êtes sur la liste d’attente, et prévenu "
            "dès qu’une place se libère.",
        )
    for line in refused[:3]:
        messages.error(request, f"{line.child.first_name}, {line.wish.day:%d/%m} : {line.reason}")
    return HttpResponseRedirect(who.back)
