"""Invented budgets and grants of the EPCI and of two communes, read by the real readers; a second load changes nothing.

Figures, associations and their numbers are invented: no file of the State names them.
"""

import datetime
from decimal import Decimal

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from stdnum import luhn

from beffroi.kernel import journal
from beffroi.modules.transparency import actions, demo_files
from beffroi.modules.transparency.importing import budgets
from beffroi.modules.transparency.models import Budget, Grant
from beffroi.modules.transparency.models.grant import SEVERAL, SINGLE
from beffroi.shared.organisations.days import add_working_days
from beffroi.shared.organisations.demo import commune_by_code
from beffroi.shared.organisations.models import Organisation

TOWNS = (("80253", "0.31"), ("80071", "0.15"))
# (beneficiary, what for, euros, months ago, how)
GIVEN = (
    ("Crèche associative Les Petits Moulins", "Fonctionnement de la micro-crèche", 118_000, 9, SEVERAL),
    ("Office de tourisme du pays des Beffrois", "Accueil et promotion du territoire", 96_000, 8, SEVERAL),
    ("Mission locale des Trois Vallées", "Accompagnement des jeunes vers l’emploi", 41_500, 8, SINGLE),
    ("Harmonie de l’Authie", "École de musique intercommunale", 26_000, 7, SEVERAL),
    ("Les Amis de la Citadelle", "Festival d’été", 14_000, 6, SINGLE),
    ("Les Amis de la Citadelle", "Restauration des échauguettes", 12_000, 2, SINGLE),
    ("Club nautique de la Nièvre", "Achat de canoës", 4_200, 5, SINGLE),
    ("Ressourcerie du Doullennais", "Ouverture de l’atelier de réparation", 31_000, 1, SEVERAL),
    ("Foyer rural de Bernaville", "Cinéma itinérant", 6_500, 1, SINGLE),
)
TOWN_GIVEN = (
    ("Comité des fêtes", "Fête communale", 3_500, 7, SINGLE),
    ("Union sportive", "Saison sportive", 8_000, 6, SINGLE),
    ("Anciens combattants", "Cérémonies", 600, 3, SINGLE),
)


def load() -> None:
    """Two years of budgets, a year of grants, the sheets of the catalogue."""
    operator = Organisation.objects.filter(is_operator=True).first()
    if operator is None or Budget.objects.exists():
        return
    today = timezone.localdate()
    with transaction.atomic():
        agent = _agent(operator)
        for year in (today.year - 2, today.year):
            actions.keep_chart(demo_files.chart(year), actor=agent)
        for body, scale in ((operator, "1"), *((commune_by_code(code), scale) for code, scale in TOWNS)):
            _budgets(body, Decimal(scale), today)
        _grants(operator, GIVEN, today, 10)
        for rank, (code, _scale) in enumerate(TOWNS):
            _grants(commune_by_code(code), TOWN_GIVEN, today, 40 + 10 * rank)
        actions.list_datasets(actor=agent)


def _budgets(body: Organisation, scale: Decimal, today: datetime.date) -> None:
    """The accounts of the last full year, voted in June, and the budget of this one, voted in March or before."""
    last = today.year - 1
    account = add_working_days(datetime.date(today.year, 6, 20), 0)
    _give(body, scale, Budget.Step.FIRST, last, add_working_days(datetime.date(last, 3, 25), 0))
    if add_working_days(account, 6) < today:
        _give(body, scale, Budget.Step.DONE, last, account)
    vote = min(add_working_days(datetime.date(today.year, 3, 25), 0), add_working_days(today, -6))
    published = body.is_operator or today - vote > datetime.timedelta(days=60)
    _give(body, scale * Decimal("1.04"), Budget.Step.FIRST, today.year, vote, published=published)


def _give(body, scale, step, year, day, *, published: bool = True) -> None:
    agent, done = _agent(body), step == Budget.Step.DONE
    data = demo_files.document(
        step=step, year=year, siret=body.siret, name=body.name, day=day, lines=demo_files.lines(scale, done=done)
    )
    with journal.dated(_moment(add_working_days(day, 3), 10)):
        budget = actions.keep_budget(body, budgets.read(data), actor=agent)
    if published:
        moment = _moment(add_working_days(day, 5), 9)
        with journal.dated(moment):
            actions.publish_budget(budget, actor=agent, at=moment)


def _grants(body: Organisation, given, today: datetime.date, first: int) -> None:
    """Those of the last two months wait; the others are online."""
    agent, known = _agent(body), {}
    for name, purpose, euros, months, terms in given:
        day = add_working_days(today - datetime.timedelta(days=30 * months), 0)
        known.setdefault(name, f"{_siren(first + len(known))}0001")
        start = known[name]
        grant = Grant(
            organisation=body,
            convention_on=day,
            beneficiary=name,
            object=purpose,
            amount=Decimal(euros),
            terms=terms,
            beneficiary_siret=start + luhn.calc_check_digit(start),
            paid_from=day,
            paid_until=day + datetime.timedelta(days=300) if terms == SEVERAL else None,
        )
        with journal.dated(_moment(day, 11)):
            actions.save_grant(grant, actor=agent)
        if months > 2:
            moment = _moment(add_working_days(day, 5), 15)
            with journal.dated(moment):
                actions.publish_grant(grant, actor=agent, at=moment)


def _siren(rank: int) -> str:
    """The SIREN of an invented association: its check digit is right, and its range is not in use."""
    start = f"0009{rank:04d}"
    return start + luhn.calc_check_digit(start)


def _agent(body: Organisation):
    """Someone of the body who may do it; the administrator of the platform where the demonstration has nobody."""
    users = get_user_model().objects
    own = users.filter(memberships__organisation=body, memberships__role__in=["admin", "secretary"]).order_by("pk")
    return own.first() or users.filter(is_superuser=True).order_by("pk").first()


def _moment(day: datetime.date, hour: int) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(hour)))
