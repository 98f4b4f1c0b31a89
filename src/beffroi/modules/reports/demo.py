"""Invented reports over the real communes, eighteen months of them, moved by the real actions at past dates.

Nobody is told of them; the photos are drawn. A second load changes nothing.
"""

import datetime
import io
import random
import uuid

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone
from PIL import Image, ImageDraw, ImageFont

from beffroi.kernel import journal
from beffroi.kernel.models import User
from beffroi.modules.reports import actions, defaults
from beffroi.modules.reports.demo_texts import DONE, NAMES, QUESTIONS, REFUSED, SCHEDULED, STREETS, TEXTS
from beffroi.modules.reports.models import Category, Competence, Report
from beffroi.shared.cases.actions import follow_case, merge_case, move_case
from beffroi.shared.files.actions import store_upload
from beffroi.shared.organisations import places
from beffroi.shared.organisations.models import Commune, Membership, Organisation

COUNT = 120
ROADS = "Les routes départementales relèvent du Département."
DAYS = 540
# Days since when nobody has read the texts again.
UNREAD = 12
CAPTION = ImageFont.load_default(size=18)
SPACE = uuid.UUID("5f0c2f5e-4d5b-4b39-9a3e-3f1f1e6c9d10")
# The larger towns have more of everything.
LARGER = {"Doullens": 26, "Bernaville": 7, "Domart-en-Ponthieu": 6, "Beauval": 12, "Flixecourt": 0, "Naours": 6}


@transaction.atomic
def load() -> None:
    """Categories and competences, then the reports."""
    if Report.objects.exists():
        return
    defaults.install(actor=None)
    _departmental_roads()
    held = Membership.objects.active().filter(role__in=("agent", "secretary")).values("organisation")
    bodies = Organisation.objects.filter(pk__in=held)
    for body in bodies:
        actions.set_moderation(body, actor=None, text_at_once=True, photos_at_once=True)
    draw = random.Random(80600)  # noqa: S311  sample data: the same at each load
    towns = list(Commune.objects.members().filter(centroid__isnull=False))
    categories = list(Category.objects.offered().filter(code__in=TEXTS))
    made = [_one(number, draw, towns, categories) for number in range(COUNT)]
    _merge(made)
    for body in bodies:
        actions.set_moderation(body, actor=None, text_at_once=False, photos_at_once=False)


def _departmental_roads() -> None:
    """The roads of the Département are its own."""
    body = Organisation.objects.filter(kind=Organisation.Kind.DEPARTEMENT).first()
    family = Category.objects.filter(code="voirie").first()
    pothole = Category.objects.filter(code="nid-de-poule").first()
    if body is None or family is None:
        return
    for category in (family, pothole):
        for road in ("D 925", "D 916", "D 938"):
            rule = Competence(
                category=category,
                organisation=body,
                street=road,
                reason="Les routes départementales relèvent du Département.",
            )
            actions.save_competence(rule, actor=None)


def _one(number: int, draw, towns, categories) -> Report:
    """A report and its life, ended or not."""
    age = (COUNT - number - draw.random()) / COUNT * DAYS
    moment = _office_hour(timezone.now() - datetime.timedelta(days=age), draw)
    town = draw.choices(towns, [LARGER.get(one.name, 2) for one in towns])[0]
    category = draw.choice(categories)
    text = draw.choice(TEXTS[category.code])
    with journal.dated(moment):
        report = actions.create_report(
            actor=None,
            category=category,
            location=_place(town, draw),
            commune=town,
            address=f"{draw.choice(STREETS)}, {town.name}",
            address_is_known=True,
            description=text,
            photos=[_photo(category, draw)] if draw.random() < 0.4 else [],
            channel=draw.choices(["web", "phone", "counter"], [7, 2, 1])[0],
            created_at=moment,
            client_uuid=uuid.uuid5(SPACE, str(number)),
            asks=False,
            keeps_warnings=age < UNREAD,
            **_author(number, draw),
        ).report
    _live(report, moment, age, draw)
    return report


def _author(number: int, draw) -> dict:
    kind = draw.random()
    if kind < 0.35:
        return {}
    if kind < 0.42:
        account = User.objects.filter(email="habitante@example.invalid").first()
        return {"requester": account} if account else {}
    name = draw.choice(NAMES)
    return {"contact_name": name, "contact_email": f"habitant{number}@example.invalid"}


def _place(town: Commune, draw) -> tuple[float, float]:
    """Near the middle of the town, inside it."""
    longitude, latitude = town.location or town.centroid
    for _attempt in range(6):
        point = (longitude + draw.gauss(0, 0.0045), latitude + draw.gauss(0, 0.003))
        if places.commune_at(*point) == town:
            return round(point[0], 6), round(point[1], 6)
    return longitude, latitude


def _office_hour(moment, draw) -> datetime.datetime:
    local = timezone.localtime(moment)
    return min(local.replace(hour=draw.randint(8, 18), minute=draw.randint(0, 59)), timezone.now())


def _live(report: Report, moment, age: float, draw) -> None:
    """Steps at past dates, as far as its age allows: the older, the likelier to be ended."""
    agent = _agent(report)
    if age < 10 and draw.random() < 0.6:
        return
    taken = _worked(moment + datetime.timedelta(days=draw.uniform(0.8, 4)), draw)
    if not _step(report, "acknowledge", taken, agent):
        return
    if draw.random() < 0.12:
        _refuse(report, taken + datetime.timedelta(days=draw.uniform(1, 6)), agent, draw)
        return
    if draw.random() < 0.12 and _step(report, "ask", taken + datetime.timedelta(days=1), agent, draw.choice(QUESTIONS)):
        if draw.random() < 0.3 and age < 60:
            return
        taken += datetime.timedelta(days=2)
        if not _step(report, "answer", taken, None):
            return
    if draw.random() < 0.5 and not _step(
        report, "schedule", taken + datetime.timedelta(days=2), agent, draw.choice(SCHEDULED)
    ):
        return
    if age < 200 and draw.random() < 0.25 + 0.3 * (age < 45):
        return
    _resolve(report, _worked(taken + datetime.timedelta(days=draw.lognormvariate(1.9, 0.7) + 2), draw), agent, draw)


def _worked(moment, draw) -> datetime.datetime:
    """An hour at which agents work, the same day or the next Monday."""
    local = timezone.localtime(moment).replace(hour=draw.randint(9, 16), minute=draw.randint(0, 59))
    return local + datetime.timedelta(days=max(0, 7 - local.weekday()) if local.weekday() > 4 else 0)


def _agent(report: Report):
    held = Membership.objects.active().filter(organisation=report.organisation, role__in=("agent", "secretary"))
    found = held.filter(team=report.team).first() if report.team_id else None
    found = found or held.select_related("user").first()
    return found.user if found else None


def _step(report: Report, verb: str, at, agent, reason: str = "") -> bool:
    """False when that day has not come yet."""
    if at >= timezone.now():
        return False
    with journal.dated(at):
        move_case(report, verb, actor=agent, reason=reason, at=at, check=False)
    return True


def _refuse(report: Report, at, agent, draw) -> None:
    if at >= timezone.now():
        return
    refusal, words = draw.choice(REFUSED)
    with journal.dated(at):
        actions.refuse_report(report, actor=agent, refusal=refusal, explanation=words, at=at, check=False)


def _resolve(report: Report, at, agent, draw) -> None:
    if at >= timezone.now():
        return
    words = draw.choice(DONE[report.category.parent.code])
    photos = [_photo(report.category, draw, after=True)] if draw.random() < 0.35 else []
    with journal.dated(at):
        actions.resolve_report(report, actor=agent, reason=words, photos=photos, at=at, check=False)
    if draw.random() < 0.06:
        _step(report, "reopen", at + datetime.timedelta(days=3), agent, "Le problème est revenu.")


def _merge(made: list[Report]) -> None:
    """Two neighbours had seen the same thing, and one of them follows."""
    alive = list(Report.objects.filter(pk__in=[one.pk for one in made]).open()[:3])
    for report in alive[:2]:
        moment = report.created_at + datetime.timedelta(hours=5)
        if moment >= timezone.now():
            continue
        with journal.dated(moment):
            twin = actions.create_report(
                actor=None,
                category=report.category,
                location=report.location,
                commune=report.commune,
                address=report.address,
                address_is_known=True,
                description="La même chose que signalé hier, un peu plus loin.",
                contact_email=f"voisine{report.pk}@example.invalid",
                created_at=moment,
                client_uuid=uuid.uuid5(SPACE, f"twin{report.pk}"),
                asks=False,
            ).report
            merge_case(twin, report, actor=_agent(report), check=False)
            follow_case(report, email=f"voisin{report.pk}@example.invalid", confirmed=True)


def _photo(category: Category, draw, *, after: bool = False):
    """A drawn scene: sky, houses, a road; a dark hole before, a light patch after. The category is written on it."""
    width, height = 800, 600
    sky, road = (draw.randint(170, 210), draw.randint(195, 220), 232), (105, 106, 110)
    scene = Image.new("RGB", (width, height), sky)
    pen = ImageDraw.Draw(scene)
    x = -20
    while x < width:
        wide, high = draw.randint(90, 160), draw.randint(120, 220)
        brick = (draw.randint(150, 190), draw.randint(80, 110), draw.randint(60, 85))
        pen.rectangle((x, 340 - high, x + wide, 340), fill=brick)
        pen.polygon([(x - 8, 340 - high), (x + wide / 2, 280 - high), (x + wide + 8, 340 - high)], fill=(84, 60, 56))
        for left in range(x + 18, x + wide - 20, 42):
            pen.rectangle((left, 362 - high, left + 20, 394 - high), fill=(226, 230, 235))
        x += wide + draw.randint(4, 40)
    pen.polygon([(0, 340), (width, 340), (width, height), (0, height)], fill=road)
    pen.polygon([(0, 340), (width, 340), (width, 362), (0, 362)], fill=(168, 166, 160))
    for left in range(0, width, 130):
        pen.polygon([(left, 470), (left + 70, 470), (left + 64, 482), (left - 6, 482)], fill=(232, 232, 228))
    spot = (draw.randint(180, 460), draw.randint(500, 530))
    size = (draw.randint(90, 190), draw.randint(26, 52))
    tone = (140, 142, 146) if after else (44, 42, 44)
    pen.ellipse((*spot, spot[0] + size[0], spot[1] + size[1]), fill=tone)
    pen.text(
        (14, height - 26),
        f"{category.code}, {'apres' if after else 'avant'} : DESSIN",
        fill=(250, 250, 250),
        font=CAPTION,
    )
    content = io.BytesIO()
    scene.save(content, "JPEG", quality=78)
    name = f"{category.code}{'-apres' if after else ''}.jpg"
    upload = SimpleUploadedFile(name, content.getvalue(), content_type="image/jpeg")
    return store_upload(upload, actor=None, kind="photo")
