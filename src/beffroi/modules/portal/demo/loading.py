import datetime
import tomllib
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from beffroi.modules.portal import actions
from beffroi.modules.portal.demo.pages import PAGES
from beffroi.modules.portal.demo.pictures import landscape
from beffroi.modules.portal.models import Alert, ContentPage, Event, News, SiteRoot
from beffroi.shared.files.actions import store_upload
from beffroi.shared.organisations.models import Commune, Organisation

CONTENT = Path(__file__).parent / "content.toml"


@transaction.atomic
def load() -> None:
    """Fill the site once: a second load changes nothing."""
    if not News.objects.exists():
        content = tomllib.loads(CONTENT.read_text(encoding="utf-8"))
        communes = {commune.code_insee: commune for commune in Commune.objects.members().defer("outline")}
        operator = Organisation.objects.get(is_operator=True)
        for line in content["news"]:
            _news(line, communes, operator)
        for line in content["events"]:
            _event(line, communes, operator)
        for line in content["alerts"]:
            _alert(line, communes, operator)
    if not ContentPage.objects.exists():
        _pages()


def _publisher(line: dict[str, Any], communes, operator) -> Organisation:
    commune = None if line.get("by") == "epci" else communes.get(line.get("commune"))
    return Organisation.objects.get(pk=commune.pk) if commune else operator


def _published(model, publisher: Organisation, **values):
    publication = actions.create_publication(model, publisher, actor=None, **values)
    actions.move_publication(publication, "publish", actor=None, check=False)


def _photo(line: dict[str, Any]) -> dict[str, Any]:
    if "sky" not in line:
        return {}
    drawn = SimpleUploadedFile("dessin.png", landscape(line["title"], line["sky"]), content_type="image/png")
    return {"photos": [store_upload(drawn, actor=None, kind="photo")], "photo_alt": line["alt"]}


def _news(line, communes, operator) -> None:
    _published(
        News,
        _publisher(line, communes, operator),
        title=line["title"],
        theme=line["theme"],
        commune=communes.get(line.get("commune")),
        summary=line["summary"],
        body=line.get("body", "").strip(),
        publish_at=timezone.now() + datetime.timedelta(days=line["days"]),
        **_photo(line),
    )


def _event(line, communes, operator) -> None:
    first = timezone.localdate() + datetime.timedelta(days=line["days"])
    last = first + datetime.timedelta(days=line.get("length", 0))
    weeks = line.get("weeks")
    _published(
        Event,
        _publisher(line, communes, operator),
        title=line["title"],
        theme=line["theme"],
        commune=communes.get(line.get("commune")),
        summary=line["summary"],
        body=line.get("body", ""),
        starts_at=_at(first, line.get("from", "00:00")),
        ends_at=_at(last, line.get("to", "00:00")),
        all_day=line.get("all_day", False),
        recurrence=line.get("recurrence", "none"),
        repeat_until=first + datetime.timedelta(weeks=weeks) if weeks else None,
        **{name: line.get(name, "") for name in ("place", "price", "organiser", "contact", "accessibility")},
        **_photo(line),
    )


def _at(day: datetime.date, clock: str) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.fromisoformat(clock)))


def _alert(line, communes, operator) -> None:
    everywhere = line.get("everywhere", False)
    _published(
        Alert,
        operator,
        title=line["title"],
        level=line["level"],
        text=line["text"],
        body=line.get("body", ""),
        communes=[] if everywhere else [communes[code].pk for code in line["communes"]],
        publish_at=timezone.now() - datetime.timedelta(hours=2),
        ends_at=_at(timezone.localdate() + datetime.timedelta(days=line["days"]), "18:00"),
    )


def _pages() -> None:
    root = SiteRoot.objects.first()
    made: dict[str, ContentPage] = {}
    for page in PAGES:
        above = made.get(page.get("parent", ""), root)
        made[page["slug"]] = actions.add_page(
            above,
            actor=None,
            title=page["title"],
            slug=page["slug"],
            introduction=page["introduction"],
            body=page["body"],
        )
