from datetime import timedelta
from decimal import Decimal

from beffroi.kernel.modules import (
    Dataset,
    DatasetField,
    Indicator,
    Layer,
    Module,
    Notice,
    Permission,
    Reaction,
    RetentionRule,
    SearchSource,
    Service,
)
from beffroi.kernel.notices import Recipient
from beffroi.kernel.search import Document
from tests.sample.models import Note


def document(note):
    if note.state == "dropped":
        return None
    return Document(
        title=note.title,
        text=note.text,
        url=f"/notes/{note.pk}/",
        public=note.public,
        permission="" if note.public else "sample.read",
        organisation_id=note.organisation_id,
        owner_id=note.owner_id,
        date=note.day,
    )


def features(request, bbox):
    notes = Note.objects.exclude(longitude=None)
    if bbox:
        west, south, east, north = bbox
        notes = notes.filter(longitude__range=(west, east), latitude__range=(south, north))
    for note in notes:
        yield {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [note.longitude, note.latitude]},
            "properties": {"title": note.title, "url": f"/notes/{note.pk}/"},
        }


def rows():
    for note in Note.objects.order_by("pk").iterator():
        yield {
            "id": note.pk,
            "titre": note.title,
            "jour": note.day,
            "prix": note.price,
            "publique": note.public,
            "longitude": note.longitude,
            "latitude": note.latitude,
        }


def recipients(entry):
    note = entry.target
    if note.owner:
        yield Recipient(user=note.owner, link=f"/notes/{note.pk}/")
    if note.email:
        yield Recipient(email=note.email, name="Alix", link=f"/notes/{note.pk}/?suivi=secret")


def erase(note):
    note.text, note.email, note.old = "", "", False
    note.save()


def explode(note):
    if "refus" in note.title:
        raise ValueError("cannot")
    erase(note)


def count_done(since, until):
    return Decimal(Note.objects.filter(state="done", day__range=(since, until)).count())


def react(entry):
    if entry.target.title == "contagieuse":
        Note.objects.create(title="née d’une réaction")


module = Module(
    label="Exemple",
    permissions=[
        Permission(code="sample.read", label="Lire les notes"),
        Permission(code="sample.handle", label="Traiter les notes"),
    ],
    grants={"agent": ("sample.read", "sample.handle"), "secretary": ("sample.read",)},
    verbs={"sample.create": "Note écrite"},
    services=[
        Service(
            code="streetlight",
            label="Signaler un lampadaire en panne",
            url_name="kernel:search",
            text="Éclairage public, voirie, dépôts sauvages.",
            icon="lightbulb",
            keywords="réverbère ampoule",
        )
    ],
    search=[SearchSource(model="sample.Note", label="Notes", queryset=Note.objects.all, document=document)],
    layers=[
        Layer(code="notes", label="Notes", features=features),
        Layer(code="notes-agents", label="Notes des agents", features=features, permission="sample.read"),
    ],
    notices=[
        Notice(
            verb="sample.create",
            recipients=recipients,
            template="sample/created",
            category="sample",
            label="une note est écrite",
        ),
        Notice(
            verb="sample.alarm",
            recipients=recipients,
            template="sample/created",
            category="sample",
            label="une alarme est donnée",
            urgent=True,
        ),
    ],
    datasets=[
        Dataset(
            code="notes",
            title="Notes du territoire",
            description="Chaque note écrite, avec son lieu.",
            rows=rows,
            longitude="longitude",
            latitude="latitude",
            keywords=("notes", "essai"),
            fields=(
                DatasetField(name="id", type="integer", description="Numéro", required=True, example="12"),
                DatasetField(
                    name="titre", type="string", description="Titre", required=True, constraints={"maxLength": 200}
                ),
                DatasetField(name="jour", type="date", description="Jour"),
                DatasetField(name="prix", type="number", description="Prix en euros", constraints={"minimum": 0}),
                DatasetField(name="publique", type="boolean", description="Visible de tous"),
                DatasetField(name="longitude", type="number", description="Longitude WGS 84, en degrés"),
                DatasetField(name="latitude", type="number", description="Latitude WGS 84, en degrés"),
            ),
        )
    ],
    indicators=[
        Indicator(
            code="sample.done",
            label="Notes faites",
            unit="notes",
            value=count_done,
            description="Nombre de notes faites dans la période.",
        ),
        Indicator(
            code="sample.secret",
            label="Notes cachées",
            unit="notes",
            value=lambda since, until: None,
            description="Réservé aux agents.",
            public=False,
        ),
    ],
    retention=[
        RetentionRule(
            code="sample.note",
            model="sample.Note",
            label="Texte des notes anciennes",
            basis="Décision du conseil",
            keep=timedelta(days=365),
            due=lambda now: Note.objects.filter(old=True),
            apply=explode,
        )
    ],
    reactions=[Reaction(verb="sample.create", run=react, label="une note en fait naître une autre")],
)
