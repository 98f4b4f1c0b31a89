"""Sample data: rates, lists, parts and orders of the demonstration, made by the same actions as anyone's."""

import datetime
import random

from django.utils import timezone

from beffroi.kernel.models import User
from beffroi.modules.maintenance import actions, demo_year
from beffroi.modules.maintenance.models import (
    Absence,
    Checklist,
    Meter,
    Order,
    Part,
    Plan,
    Purchase,
    Rate,
    Store,
    Trigger,
)
from beffroi.modules.reports.models import Report
from beffroi.shared.assets.actions import save_asset, save_kind
from beffroi.shared.assets.models import Asset, AssetKind
from beffroi.shared.organisations.actions import put_body, put_team
from beffroi.shared.organisations.models import Commune, Membership, Organisation, Team

DAY = datetime.timedelta(days=1)
HOUR = datetime.timedelta(hours=1)
LINES = [
    {"label": "Balisage posé avant de commencer ?", "kind": "yesno", "required": True},
    {"label": "Chaussée laissée propre ?", "kind": "yesno", "required": True},
]
PLAYGROUND = [
    {"label": "Fixations serrées, aucune pièce ne manque ?", "kind": "yesno", "required": True},
    {"label": "Hauteur du sol amortissant", "kind": "number", "unit": "cm", "minimum": "20", "maximum": "40"},
    {"label": "Panneau d’information lisible ?", "kind": "yesno"},
]
WORKS = (
    ("Reboucher deux nids-de-poule", "corrective", 2, "rue du Moulin"),
    ("Curer le fossé avant l’hiver", "preventive", 6, "chemin des Prés"),
    ("Contrôler l’aire de jeux", "inspection", 1, "place de l’Église"),
    ("Redresser le panneau de priorité", "corrective", 1, "route de Doullens"),
    ("Tailler la haie de l’école", "preventive", 4, "rue des Écoles"),
    ("Remplacer le joint de la borne à incendie", "corrective", 2, "Grande Rue"),
    ("Poser un banc devant la salle des fêtes", "improvement", 3, "place du Marché"),
    ("Vérifier les extincteurs de la salle", "inspection", 2, "salle communale"),
)
# Title, kind, address, days ahead, days that it lasts, length and width of its trench in metres.
ANNOUNCED = (
    ("Renouveler la conduite d’eau de la rue du Bourg", "EAU", "rue du Bourg", 12, 18, ("140", "0.80")),
    ("Refaire l’enrobé de la rue de la Gare", "VOIRIE", "rue de la Gare", -2, 6, ()),
    ("Élargir le trottoir devant l’école", "AMENAGEMENT", "rue des Écoles", 25, 10, ()),
)
# Invented companies; the addresses lead nowhere, the numbers follow the rule of their key only.
SUPPLIERS = (
    ("Électricité du Nord (exemple)", {"siret": "00010203800015", "city": "Amiens", "email": "elec@example.invalid"}),
    (
        "Voirie et signalisation (exemple)",
        {"siret": "00040506800016", "city": "Arras", "email": "voirie@example.invalid"},
    ),
)
PARTS = (
    ("ENR-25", "Enrobé à froid, sac de 25 kg", "sac", "11.90", 10, 34),
    ("PAN-B1", "Panneau de police, 650 mm", "pièce", "48.00", 2, 5),
    ("LED-40", "Lampe LED 40 W", "pièce", "18.50", 6, 4),
    ("VIS-M10", "Boulon inviolable M10", "pièce", "1.35", 50, 180),
)


def load() -> None:
    """The maintenance of the demonstration; running it again changes nothing."""
    operator = Organisation.objects.filter(is_operator=True).first()
    team = Team.objects.filter(organisation=operator, name="Voirie").first()
    held = Membership.objects.active().filter(organisation=operator)
    agent = User.objects.filter(pk__in=held.filter(role="agent", team=team).values("user")).order_by("pk").first()
    chief = User.objects.filter(pk__in=held.filter(role="admin").values("user")).order_by("pk").first()
    if operator is None or agent is None or chief is None or Order.objects.exists():
        return
    teams, agents = _teams(operator, team, agent)
    year = timezone.localdate().replace(month=1, day=1) - 365 * DAY
    actions.set_rate(Rate(organisation=operator, amount="31.40", start=year), actor=chief)
    lists = [
        actions.save_checklist(Checklist(organisation=operator, name=name, lines=lines), actor=chief)
        for name, lines in (("Travaux sur la voie publique", LINES), ("Aire de jeux", PLAYGROUND))
    ]
    store = _stock(operator, chief)
    demo_year.load(operator, teams, agents, chief, store)
    _orders(operator, team, agent, chief, lists)
    _from_reports(operator, team, chief)
    _upkeep(operator, teams, agent, chief, lists)
    _contractor(operator, chief)
    _announced(operator, teams, chief)
    _meters(operator, teams, agent, chief)


def _teams(operator, roads, agent) -> tuple[dict, dict]:
    """Three teams, each with an invented agent."""
    teams, agents = {roads.name: roads}, {roads.name: agent}
    for name, first, last in (("Espaces verts", "Lucie", "Magnier"), ("Éclairage public", "Marc", "Delattre")):
        teams[name] = put_team(actor=None, organisation=operator, name=name)
        email = f"{first}.{last}@example.invalid".lower()
        agents[name] = User.objects.create_user(email, first_name=first, last_name=last)
        Membership.objects.create(user=agents[name], organisation=operator, role="agent", team=teams[name])
    return teams, agents


def _contractor(operator, chief) -> None:
    """A contractor with its link, and two works given to it: one answered, one that waits."""
    access = actions.give_access(
        actor=chief,
        organisation=operator,
        name="Travaux du Nord (exemple)",
        email="entreprise@example.invalid",
        days=300,
    )
    commune = Commune.objects.members().exclude(location=None).first()
    start = timezone.now().replace(minute=0, second=0, microsecond=0) + 6 * DAY
    for rank, title in enumerate(("Reprendre l’enrobé devant l’école", "Remplacer la clôture du stade")):
        order, _created = actions.open_order(
            actor=chief,
            organisation=operator,
            title=title,
            contractor=access.contractor,
            commune=commune,
            location=commune.location,
            announced="" if rank else "VOIRIE",
            address="rue des Écoles",
            safety="Balisage et signalisation temporaire.",
        )
        if not rank:
            actions.plan_order(order, actor=chief, start=start, end=start + 2 * DAY)
            actions.answer_as_contractor(access, order, kind="accept", text="Nous serons quatre.")
            actions.answer_as_contractor(access, order, kind="quote", amount="4850.00", text="Fourniture et pose.")


def _announced(operator, teams, chief) -> None:
    """Works that the public is told of: one under way, two to come, of which one opens a trench."""
    towns = {town.name: town for town in Commune.objects.members().exclude(location=None)}
    towns = [towns[name] for name in ("Doullens", "Beauval", "Bernaville") if name in towns] or list(towns.values())[:1]
    morning = timezone.localtime().replace(hour=8, minute=0, second=0, microsecond=0)
    for rank, (title, kind, address, ahead, days, trench) in enumerate(ANNOUNCED):
        town, start = towns[rank % len(towns)], morning + ahead * DAY
        order, _created = actions.open_order(
            actor=chief,
            organisation=operator,
            title=title,
            nature="improvement",
            commune=town,
            address=address,
            location=town.location,
            announced=kind,
            created_at=start - 20 * DAY,
            **dict(zip(("trench_length", "trench_width"), trench, strict=False)),
        )
        actions.plan_order(order, actor=chief, start=start, end=start + days * DAY + 9 * HOUR, team=teams["Voirie"])
        if ahead < 0:
            actions.move_order(order, "start", actor=chief, at=start)


def _meters(operator, teams, agent, chief) -> None:
    """The kilometres of a truck, read each month, whose oil is changed every ten thousand."""
    truck = Asset.objects.filter(organisation=operator, kind__code="vehicule").order_by("code").first()
    if truck is None:
        kind = AssetKind.objects.filter(code="vehicule").first() or save_kind(
            AssetKind(code="vehicule", label="Véhicule", group="Matériel", icon="truck", shape="none"), actor=chief
        )
        truck, _created = save_asset(
            Asset(kind=kind, organisation=operator, code="VEH-001", name="Camion de voirie"), actor=chief
        )
    meter = actions.save_meter(Meter(asset=truck, name="Kilomètres", unit="km"), actor=chief)
    trigger = Trigger(
        meter=meter,
        organisation=operator,
        name="Vidange du camion",
        threshold=10000,
        base=42000,
        wait_days=30,
        team=teams["Voirie"],
    )
    actions.save_trigger(trigger, actor=chief)
    for month in range(6, 0, -1):
        actions.read_meter(meter, 51000 - 1500 * month, actor=agent, at=timezone.now() - 30 * month * DAY)


def _upkeep(operator, teams, agent, chief, lists) -> None:
    """Plans, one purchase under way, an absence."""
    today = timezone.localdate()
    for name, team, unit, every, months, nature, kind in (
        ("Contrôle des aires de jeux", "Espaces verts", "month", 3, [], "inspection", "aire-de-jeux"),
        ("Fauchage des accotements", "Espaces verts", "month", 1, [5, 6, 7, 8, 9], "preventive", ""),
        ("Révision des véhicules", "Voirie", "year", 1, [], "preventive", "vehicule"),
        ("Tournée des candélabres", "Éclairage public", "month", 1, [10, 11, 12, 1, 2], "inspection", "candelabre"),
    ):
        plan = Plan(
            organisation=operator,
            name=name,
            unit=unit,
            every=every,
            months=months,
            nature=nature,
            team=teams[team],
            start=today.replace(day=1),
            shift="next",
            checklist=lists[1] if kind == "aire-de-jeux" else None,
            is_round=nature == "inspection",
        )
        assets = Asset.objects.filter(organisation=operator, kind__code=kind).order_by("code")[:12]
        actions.save_plan(plan, actor=chief, assets=assets)
    part = Part.objects.get(organisation=operator, code="LED-40")
    purchase = Purchase(organisation=operator, company=part.supplier, supplier="Électricité du Nord (exemple)")
    actions.save_purchase(purchase, [{"part": part, "quantity": 20, "price": part.price}], actor=chief)
    actions.send_purchase(purchase, actor=chief)
    absence = Absence(worker=agent, organisation=operator, start=today + 20 * DAY, end=today + 24 * DAY)
    actions.add_absence(absence, actor=chief)


def _stock(operator, chief) -> Store:
    depot = actions.save_store(Store(organisation=operator, name="Dépôt de Doullens"), actor=chief)
    actions.save_store(Store(organisation=operator, name="Fourgon de voirie"), actor=chief)
    companies = [put_body(actor=chief, kind="company", name=name, **told) for name, told in SUPPLIERS]
    for rank, (code, name, unit, price, minimum, quantity) in enumerate(PARTS):
        part = Part(organisation=operator, code=code, name=name, unit=unit, price=price, minimum=minimum)
        part.supplier = companies[rank % 2]
        actions.count_part(
            actions.save_part(part, actor=chief), depot, quantity, actor=chief, comment="Premier inventaire"
        )
    return depot


def _orders(operator, team, agent, chief, lists) -> None:
    draw = random.Random(80)  # noqa: S311  sample data, the same each time
    communes = list(Commune.objects.members().exclude(location=None)[:40])
    monday = timezone.localdate() - datetime.timedelta(days=timezone.localdate().weekday())
    start = timezone.make_aware(datetime.datetime.combine(monday, datetime.time(8)))
    for rank in range(24):
        title, nature, hours, address = WORKS[rank % len(WORKS)]
        commune = draw.choice(communes)
        day = start + (rank // 3 - 3) * DAY + (rank % 3) * 2 * HOUR
        order, _created = actions.open_order(
            actor=chief,
            organisation=operator,
            title=title,
            nature=nature,
            priority=draw.choice((1, 2, 2, 2, 3)),
            commune=commune,
            address=address,
            location=commune.location,
            due_on=day.date() + 5 * DAY,
            created_at=day - 9 * DAY,
            team=team,
        )
        actions.set_checks(order, lists[1 if nature == "inspection" else 0].lines, actor=chief)
        if rank >= 20:
            continue
        actions.plan_order(order, actor=chief, start=day, end=day + hours * HOUR, team=team, assignees=[agent])
        if day + hours * HOUR < timezone.now() - DAY:
            _done(order, agent, day, hours)


def _done(order, agent, day, hours) -> None:
    for check in order.checks.all():
        actions.answer_check(check, "30" if check.kind == "number" else "oui", actor=agent, made_at=day + HOUR / 2)
    actions.add_labour(order, actor=agent, worker=agent, start=day, end=day + min(hours, 2) * HOUR)
    actions.close_order(order, actor=agent, text="Travail fait, rien à signaler.", made_at=day + hours * HOUR)


def _from_reports(operator, team, chief) -> None:
    """Orders opened from two reports that wait."""
    for report in Report.objects.filter(organisation=operator, state="acknowledged").order_by("-created_at")[:2]:
        actions.open_order(actor=chief, organisation=operator, title=report.title[:160], reports=[report], team=team)
