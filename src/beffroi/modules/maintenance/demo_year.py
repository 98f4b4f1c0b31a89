"""A year of work of the demonstration, written at once: what three teams did, for the reports and for the plans."""

import datetime
import random
from collections.abc import Iterator
from decimal import Decimal

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone

from beffroi.kernel.models import Entry
from beffroi.modules.maintenance.models import (
    Closing,
    Expense,
    Labour,
    Movement,
    Order,
    OrderReport,
    Part,
)
from beffroi.modules.reports.models import Report
from beffroi.shared.assets.models import Asset
from beffroi.shared.cases.actions import next_reference
from beffroi.shared.organisations.models import Commune

DAY = datetime.timedelta(days=1)
MINUTE = datetime.timedelta(minutes=1)
WEEKS = 50
A_WEEK = 7
RATE = Decimal("31.40")
DONE = ("Travail fait.", "Fait, rien à signaler.", "Fait. À revoir au printemps.", "Fait ; la pièce a été remplacée.")
# Team, nature, title, hours.
ROUTINE = (
    ("Voirie", "preventive", "Balayer les caniveaux", 3),
    ("Voirie", "corrective", "Reboucher des nids-de-poule", 2),
    ("Voirie", "preventive", "Curer le fossé", 5),
    ("Espaces verts", "preventive", "Faucher les accotements", 6),
    ("Espaces verts", "preventive", "Tailler la haie", 4),
    ("Espaces verts", "inspection", "Contrôler l’aire de jeux", 1),
    ("Éclairage public", "corrective", "Remplacer une lampe", 1),
    ("Éclairage public", "inspection", "Vérifier les extincteurs", 2),
    ("Éclairage public", "corrective", "Réparer une serrure", 1),
)


@transaction.atomic
def load(operator, teams: dict, agents: dict, chief, store) -> None:
    """`teams` and `agents` by the name of the team."""
    draw = random.Random(2026)  # noqa: S311  sample data, the same each time
    made = [*_routine(operator, teams, chief, draw), *_from_reports(operator, teams, chief, draw)]
    made.sort(key=lambda one: one[0].created_at)
    for order, _extra in made:
        order.reference = next_reference("OT", timezone.localtime(order.created_at).year)
    Order.objects.bulk_create([order for order, _extra in made], batch_size=500)
    OrderReport.objects.bulk_create(
        [OrderReport(order=order, case_id=extra["report"]) for order, extra in made if "report" in extra]
    )
    Order.assignees.through.objects.bulk_create(
        [
            Order.assignees.through(order_id=order.pk, user_id=agents[order.team.name].pk)
            for order, _extra in made
            if order.team.name in agents
        ]
    )
    _work(made, agents, chief, store, draw)
    _journal(made, agents, chief)


def _routine(operator, teams, chief, draw) -> Iterator[tuple[Order, dict]]:
    """What comes back each week, on the assets where there are some, for a commune now and then."""
    communes = list(Commune.objects.members().exclude(location=None))
    assets = list(Asset.objects.filter(organisation=operator).exclude(location=None).select_related("commune")[:200])
    monday = timezone.localdate() - datetime.timedelta(days=timezone.localdate().weekday())
    for week in range(WEEKS, 1, -1):
        for rank in range(A_WEEK):
            team, nature, title, hours = ROUTINE[(week + rank * 2) % len(ROUTINE)]
            asset = draw.choice(assets) if assets and nature != "preventive" and draw.random() < 0.7 else None
            commune = asset.commune if asset and asset.commune else draw.choice(communes)
            day = monday - datetime.timedelta(days=7 * week) + datetime.timedelta(days=rank % 5)
            start = timezone.make_aware(datetime.datetime.combine(day, datetime.time(8 + 3 * (rank // 5))))
            opened = start - draw.uniform(1, 12) * DAY
            order = Order(
                title=title,
                nature=nature,
                organisation=operator,
                team=teams[team],
                commune=commune,
                asset=asset,
                location=asset.location if asset else commune.location,
                address=asset.address if asset else "",
                origin=Order.Origin.PLAN if nature != "corrective" else Order.Origin.MANUAL,
                beneficiary=commune if draw.random() < 0.3 else None,
                priority=draw.choice((1, 2, 2, 3)),
                created_at=opened,
                due_on=day + 4 * DAY,
                created_by=chief,
                **_ended(opened, start, hours),
            )
            yield order, {"minutes": _minutes(hours, draw)}


def _from_reports(operator, teams, chief, draw) -> Iterator[tuple[Order, dict]]:
    """The order by which each resolved report was answered."""
    recent = timezone.now() - 10 * DAY
    resolved = Report.objects.filter(organisation=operator, state="resolved", closed_at__lt=recent)
    for report in resolved.select_related("category", "commune").order_by("pk"):
        lights = "clairage" in report.category.label
        team = teams["Éclairage public" if lights else "Voirie"]
        opened = report.acknowledged_at or report.created_at
        hours = draw.choice((1, 1, 2, 3))
        start = max(opened, report.closed_at - datetime.timedelta(hours=hours))
        order = Order(
            title=report.title[:160],
            nature="corrective",
            organisation=operator,
            team=team,
            commune=report.commune,
            location=report.location,
            address=report.address,
            asset_id=report.asset_id,
            origin=Order.Origin.REPORT,
            created_by=chief,
            priority=report.priority,
            created_at=opened,
            due_on=timezone.localdate(report.due_at or report.closed_at),
            **_ended(opened, start, hours),
        )
        yield order, {"minutes": _minutes(hours, draw), "report": report.pk}


def _ended(opened, start, hours: int) -> dict:
    """The fields of an order that was planned, begun and ended."""
    length = datetime.timedelta(hours=hours)
    return {
        "state": "done",
        "planned_start": start,
        "planned_end": start + length,
        "started_at": start,
        "finished_at": max(start + length, opened + MINUTE),
        "version": 3,
    }


def _minutes(hours: int, draw) -> int:
    return int(hours * 60 * draw.uniform(0.6, 1.1))


def _work(made, agents, chief, store, draw) -> None:
    """Times that never overlap for one person, parts, outside costs, reports of the agents."""
    labours, moves, bills, closings = [], [], [], []
    free: dict[int, datetime.datetime] = {}
    parts = list(Part.objects.filter(levels__store=store))
    for order, extra in sorted(made, key=lambda one: one[0].started_at):
        agent = agents.get(order.team.name, chief)
        begin = max(order.started_at, free.get(agent.pk, order.started_at))
        end = begin + extra["minutes"] * MINUTE
        if end < timezone.now():
            free[agent.pk] = end
            labours.append(Labour(order=order, worker=agent, start=begin, end=end, rate=RATE))
        closings.append(
            Closing(
                order=order,
                author=agent,
                text=draw.choice(DONE),
                made_at=order.finished_at,
                created_at=order.finished_at,
            )
        )
        if order.nature == "corrective" and parts and draw.random() < 0.5:
            part = draw.choice(parts)
            used = Decimal(draw.choice((1, 1, 2)))
            moves.append((part, used, order, agent))
        if draw.random() < 0.06:
            bills.append(
                Expense(
                    order=order,
                    label="Location d’une nacelle",
                    supplier="Loueur du Nord (exemple)",
                    amount=Decimal(180),
                    day=timezone.localdate(order.finished_at),
                    author=chief,
                )
            )
    Labour.objects.bulk_create(labours, batch_size=500)
    Closing.objects.bulk_create(closings, batch_size=500)
    Expense.objects.bulk_create(bills)
    _parts(moves, store, chief)


def _parts(moves, store, chief) -> None:
    """What was used was received at the beginning of the year: the level stays that of the inventory."""
    begin = timezone.now() - 365 * DAY
    lines, totals = [], {}
    for part, used, order, agent in moves:
        totals[part] = totals.get(part, Decimal(0)) + used
        lines.append(
            Movement(
                part=part,
                store=store,
                kind="use",
                quantity=-used,
                price=part.price,
                order=order,
                author=agent,
                at=order.finished_at,
            )
        )
    for part, total in totals.items():
        lines.append(
            Movement(
                part=part,
                store=store,
                kind="count",
                quantity=total,
                price=part.price,
                author=chief,
                at=begin,
                comment="Stock au début de l’année",
            )
        )
    Movement.objects.bulk_create(lines, batch_size=500)


def _journal(made, agents, chief) -> None:
    """The history of each order: opened, planned, begun, ended."""
    kind = ContentType.objects.get_for_model(Order)
    lines = []
    for order, _extra in made:
        agent = agents.get(order.team.name, chief)
        for verb, at, actor in (
            ("create", order.created_at, chief),
            ("plan", order.created_at + MINUTE, chief),
            ("start", order.started_at, agent),
            ("finish", order.finished_at, agent),
        ):
            lines.append(
                Entry(verb=f"maintenance.{verb}", target_type=kind, target_id=order.pk, actor=actor, at=at, data={})
            )
    Entry.objects.bulk_create(sorted(lines, key=lambda one: one.at), batch_size=1000)
