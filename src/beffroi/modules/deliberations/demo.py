"""Invented acts of the EPCI and of a few communes, made by the real actions; a second load changes nothing.

Each document is a PDF made here that says it is a demonstration.
"""

import datetime
from pathlib import Path

from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal, pdf
from beffroi.kernel.ui import formats
from beffroi.modules.deliberations import actions, demo_meetings
from beffroi.modules.deliberations.demo_texts import ORDERS, SUBJECTS, TOWNS
from beffroi.modules.deliberations.model_texts import DELIBERATION
from beffroi.modules.deliberations.models import Act, ActTemplate, Mode
from beffroi.shared.files.actions import store_upload
from beffroi.shared.organisations.days import add_working_days
from beffroi.shared.organisations.demo import commune_by_code
from beffroi.shared.organisations.models import Organisation

TEMPLATE = Path(__file__).parent / "demo.typ"
EPCI_VOTERS = 20


def load() -> None:
    """The EPCI's two years of meetings, five communes, one of which posts its acts on paper."""
    operator = Organisation.objects.filter(is_operator=True).first()
    if operator is None or Act.objects.exists():
        return
    today = timezone.localdate()
    with transaction.atomic():
        for rank, (object_text, matter) in enumerate(SUBJECTS):
            months, place = divmod(rank, 5)
            day = _tuesday(today - datetime.timedelta(days=28 + 60 * (8 - months)))
            _adopt(operator, object_text, matter, day, ("Camille", "Morel", "président"), EPCI_VOTERS, rank + place)
        for code, author, subjects in TOWNS:
            town = commune_by_code(code)
            for rank, (object_text, matter) in enumerate(subjects):
                day = _tuesday(today - datetime.timedelta(days=35 + 45 * (len(subjects) - rank)))
                _adopt(town, object_text, matter, day, author, 11, rank)
            for rank, object_text in enumerate(ORDERS):
                day = _worked(today - datetime.timedelta(days=20 + 30 * rank))
                _adopt(town, object_text, "6.1", day, author, None, rank, nature=Act.Nature.REGULATION)
        demo_meetings.load(operator, today, _agent(operator))
        _copies(operator)
        _under_way(operator, today)
        _paper(today)


def _tuesday(day: datetime.date) -> datetime.date:
    """The next Tuesday, or the first working day after it."""
    return add_working_days(day + datetime.timedelta(days=(1 - day.weekday()) % 7), 0)


def _worked(day: datetime.date) -> datetime.date:
    """The day itself, or the last working one before it: no office decides on a Sunday."""
    return add_working_days(day + datetime.timedelta(days=1), -1)


def _draft(body, object_text, matter, day, author, voters, rank, nature=Act.Nature.DELIBERATION) -> Act:
    first, last, quality = author
    votes = {}
    if voters:
        cast = voters - 1 - rank % 2
        against, abstained = rank % 3, rank % 2
        votes = {
            "voters": voters,
            "votes_cast": cast,
            "votes_for": cast - against - abstained,
            "votes_against": against,
            "abstentions": abstained,
        }
    act = Act(
        organisation=body,
        nature=nature,
        object=object_text,
        matter=matter,
        decided_on=day,
        author_first_name=first,
        author_last_name=last,
        author_quality=quality,
        **votes,
    )
    return actions.create_act(act, actor=_agent(body), document=[_document(act)])


def _adopt(body, object_text, matter, day, author, voters, rank, nature=Act.Nature.DELIBERATION) -> Act:
    """Registered on the day, received two working days later, published on the next one."""
    agent = _agent(body)
    with journal.dated(_moment(day, 17)):
        act = _draft(body, object_text, matter, day, author, voters, rank, nature)
        actions.adopt_act(act, actor=agent, decided_on=day)
    received = add_working_days(day, 2)
    with journal.dated(_moment(received, 10)):
        actions.receive_act(act, actor=agent, receipt=act.identifier, received_on=received)
    moment = _moment(add_working_days(day, 3), 9)
    with journal.dated(moment):
        actions.publish_act(act, actor=agent, at=moment)
    return act


def _under_way(operator, today: datetime.date) -> None:
    """What is not published yet: a draft, one that waits for its receipt, one that may be published."""
    author = ("Camille", "Morel", "président")
    agent, today = _agent(operator), _worked(today)
    _draft(operator, "Règlement intérieur des accueils de loisirs", "8.1", today, author, None, 0)
    waiting = _draft(operator, "Convention avec la Poste pour un point d’accueil", "1.4", today, author, EPCI_VOTERS, 1)
    actions.adopt_act(waiting, actor=agent, decided_on=add_working_days(today, -1))
    ready = _draft(operator, "Décision modificative du budget principal", "7.1", today, author, EPCI_VOTERS, 2)
    actions.adopt_act(ready, actor=agent, decided_on=add_working_days(today, -3))
    yesterday = add_working_days(today, -1)
    actions.receive_act(ready, actor=agent, receipt=ready.identifier, received_on=yesterday)
    alert = actions.ask_alert(email="lecteur@example.invalid", organisation=operator)
    actions.confirm_alert(alert)


def _copies(operator) -> None:
    """The last deliberation was sent to the communes: two have an address or a folder, one is served on paper."""
    last = Act.objects.online().filter(organisation=operator).order_by("-decided_on", "-pk").first()
    towns = [commune_by_code(code) for code, _author, _subjects in TOWNS]
    actions.send_copies(last, actor=_agent(operator), recipients=towns)
    template = ActTemplate(
        organisation=operator,
        nature=Act.Nature.DELIBERATION,
        name="Délibération financière",
        text=DELIBERATION.replace(
            "Vu le code général des collectivités territoriales ;",
            "Vu le code général des collectivités territoriales ;\n\nVu l’avis de la commission des finances ;",
        ),
    )
    actions.save_template(template, actor=_agent(operator))


def _paper(today: datetime.date) -> None:
    """One small commune has chosen to post its acts; the deliberation that says so is online."""
    town = commune_by_code("80071")
    found = Act.objects.online().filter(organisation=town, object__startswith="Choix du mode").first()
    if found is not None:
        place = "panneau de la mairie, aux heures d’ouverture"
        actions.set_regime(town, actor=_agent(town), mode=Mode.POSTING, place=place, decision=found)


def _agent(body):
    """Someone of the body who may do it; the administrator of the platform where the demonstration has nobody."""
    users = get_user_model().objects
    own = users.filter(memberships__organisation=body, memberships__role__in=["admin", "secretary"]).order_by("pk")
    return own.first() or users.filter(is_superuser=True).order_by("pk").first()


def _moment(day: datetime.date, hour: int) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(hour)))


def _document(act: Act):
    """The PDF of an invented act."""
    data = {
        "title": act.object,
        "body": act.organisation.name,
        "nature": act.get_nature_display(),
        "day": formats.day(act.decided_on),
        "author": act.author,
    }
    content = pdf.render(TEMPLATE, data, at=_moment(act.decided_on, 17))
    return store_upload(SimpleUploadedFile("acte.pdf", content, "application/pdf"), actor=None)
