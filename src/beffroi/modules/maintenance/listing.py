"""The list of the orders: its columns, its piles, its filters, its order."""

from html import escape

from django.db.models import F, Q
from django.utils import timezone

from beffroi.kernel.ui.formats import near_day, typo
from beffroi.modules.maintenance.access import VIEW
from beffroi.modules.maintenance.models import Order
from beffroi.modules.maintenance.workflow import FINISHED, OrderState
from beffroi.shared.cases.kept_lists import Column, DeskList, state
from beffroi.shared.cases.rows import near
from beffroi.shared.organisations.access import owning

COLUMNS = (
    Column("travail", "Travail", lambda order: order.title, ("title",), width=40),
    Column(
        "equipement",
        "Équipement",
        lambda order: order.asset.code if order.asset_id else "",
        ("asset__code",),
        shown=False,
        width=14,
    ),
    Column("nature", "Nature", lambda order: order.get_nature_display(), ("nature",), shown=False),
    Column("priorite", "Priorité", lambda order: order.get_priority_display(), ("priority",), shown=False, width=10),
    Column("commune", "Commune", lambda order: order.commune_name or "", ("commune__name",)),
    Column("adresse", "Adresse", lambda order: order.address, ("address",), shown=False, width=30),
    Column("organisme", "Organisme", lambda order: order.organisation.name, ("organisation__name",), shown=False),
    Column("equipe", "Équipe", lambda order: order.team.name if order.team_id else "", ("team__name",), width=16),
    Column(
        "entreprise",
        "Entreprise",
        lambda order: order.contractor.name if order.contractor_id else "",
        ("contractor__name",),
        shown=False,
        width=24,
    ),
    Column("origine", "Origine", lambda order: order.get_origin_display(), ("origin",), shown=False),
    Column("ouvert", "Ouvert le", lambda order: order.created_at, ("created_at",), shown=False),
    Column("prevu", "Prévu le", lambda order: order.planned_start, ("planned_start",)),
    Column("echeance", "À faire avant le", lambda order: order.due_on, ("due_on",)),
    Column("commence", "Commencé le", lambda order: order.started_at, ("started_at",), shown=False),
    Column("fini", "Terminé le", lambda order: order.finished_at, ("finished_at",), shown=False),
    Column("etat", "État", lambda order: order.get_state_display(), ("state",), width=12),
)


def _title(order, today) -> str:
    asset = f'<br><span class="soft small">{escape(str(order.asset))}</span>' if order.asset_id else ""
    return f"<span>{escape(typo(order.title))}{asset}</span>"


def _state(order, today) -> str:
    found = [state(order.get_state_display(), order.tone)]
    if order.disputed_at:
        found.append(state("À vérifier", "waiting"))
    if order.priority > Order.Priority.NORMAL and not order.is_finished:
        found.append(state(order.get_priority_display(), "late"))
    return " ".join(found)


def _moment(name: str):
    def write(order, today) -> str:
        value = getattr(order, name)
        return near(value, today) if value else "—"

    return write


def _due(order, today) -> str:
    if not order.due_on:
        return "—"
    return f'<time datetime="{order.due_on.isoformat()}">{escape(near_day(order.due_on, today))}</time>'


ORDERS = DeskList(
    url_name="maintenance:orders",
    title="Travaux",
    columns=COLUMNS,
    heading=lambda order: (order.pk, order.reference, order.get_absolute_url()),
    organisations=lambda user: owning(user, VIEW),
    permission=VIEW,
    cells={
        "travail": _title,
        "etat": _state,
        "echeance": _due,
        "ouvert": _moment("created_at"),
        "prevu": _moment("planned_start"),
        "commence": _moment("started_at"),
        "fini": _moment("finished_at"),
    },
    boxes=False,
)
# The former names of the orders stay good: they are in addresses that people have kept.
SORTS = {
    "reference": ("reference",),
    "title": ("title",),
    "due": ("due_on",),
    "planned": ("planned_start",),
} | ORDERS.orders
PILES = (
    ("", "En cours", ~Q(state__in=FINISHED)),
    ("planifier", "À planifier", Q(state=OrderState.OPEN)),
    ("retard", "En retard", None),
    ("verifier", "À vérifier", Q(disputed_at__isnull=False)),
    ("finis", "Finis", Q(state__in=FINISHED)),
)


def _late() -> Q:
    return ~Q(state__in=FINISHED) & Q(due_on__lt=timezone.localdate())


def rule_of(code: str) -> Q:
    """What a pile asks for; the orders under way for an unknown one."""
    rules = {name: rule if rule is not None else _late() for name, _label, rule in PILES}
    return rules.get(code, rules[""])


def filtered(given, wanted: dict, orders):
    """The orders among `orders` that these filters ask for, in the order of the address."""
    orders = orders.filter(rule_of(given.get("vue", "")))
    if typed := wanted.get("q", "").strip():
        orders = orders.filter(
            Q(reference__icontains=typed)
            | Q(title__unaccent__icontains=typed)
            | Q(address__unaccent__icontains=typed)
            | Q(asset__code__iexact=typed)
            | Q(asset__maker_label__iexact=typed)
        )
    for name, column in (
        ("etat", "state"),
        ("nature", "nature"),
        ("commune", "commune__slug"),
        ("priorite", "priority"),
    ):
        if name in wanted:
            orders = orders.filter(**{column: wanted[name]})
    if team := wanted.get("equipe"):
        orders = orders.filter(team__isnull=True) if team == "aucune" else orders.filter(team=team)
    return ordered(given.get("tri", ""), orders)


def ordered(sort: str, orders):
    """In the order of `?tri=`; by default the most pressing first."""
    keys = SORTS.get(sort.removeprefix("-"))
    if not keys:
        return orders.order_by("-priority", F("due_on").asc(nulls_last=True), "-created_at", "-pk")
    down = sort.startswith("-")
    return orders.order_by(
        *(F(key).desc(nulls_last=True) if down else F(key).asc(nulls_last=True) for key in keys), "-pk"
    )


def shown(orders):
    """These orders, with what the list and its files show of each."""
    rows = orders.select_related("organisation", "team", "asset", "contractor")
    return rows.annotate(commune_name=F("commune__name"))
