"""The part of the children in « mes données » of a parent: what their own homes wrote, nothing of the other home."""

from beffroi.kernel import journal
from beffroi.modules.childcare.actions import read_health
from beffroi.modules.childcare.models import Booking, ChildHome, Guardian, QuotientConsent, SurveyInvite
from beffroi.modules.childcare.surveys import said


def _iso(value) -> str | None:
    return value.isoformat() if value else None


def _survey(invite: SurveyInvite) -> dict:
    """What the home was asked and, unless it is anonymous, what it answered."""
    told = {"questionnaire": invite.survey.title, "anonyme": invite.survey.anonymous, "répondu": invite.answered}
    given = getattr(invite, "answer", None)
    if given is None:
        return told
    questions = invite.survey.questions.all()
    return told | {"réponses": {one.text: said(one, given.values.get(str(one.pk))) for one in questions}}


def _rides(home: ChildHome) -> list[dict]:
    """The stops of the home, and what was seen there."""
    rows = home.rides.select_related("line", "stop").prefetch_related("receivers", "boardings")
    return [
        {
            "jour": one.get_weekday_display(),
            "trajet": one.get_trip_display(),
            "ligne": str(one.line),
            "arrêt": str(one.stop),
            "du": _iso(one.start),
            "au": _iso(one.end),
            "repart seul": one.alone,
            "peuvent le recevoir": [str(contact) for contact in one.receivers.all()],
            "pointages": [
                {"le": _iso(tick.at), "geste": tick.get_kind_display(), "remis à": tick.with_name}
                for tick in one.boardings.all()
            ],
        }
        for one in rows
    ]


def _home(home: ChildHome, reader) -> dict:
    """What is known of one child in one of its homes."""
    child = home.child
    rows = Booking.objects.filter(home=home).select_related("unit", "activity").order_by("day")
    return {
        "enfant": str(child),
        "né le": _iso(child.birth_date),
        "foyer": home.household.name,
        "domicile vérifié": [
            {"depuis le": _iso(one.start), "commune": str(one.commune or "hors du territoire")}
            for one in home.household.residences.select_related("commune").order_by("start")
        ],
        "changements d’adresse demandés": [
            {"demandé le": _iso(one.created_at), "répondu le": _iso(one.decided_at), "motif": one.reason}
            for one in home.household.moves.order_by("created_at")
        ],
        "organismes qui paient": [
            {
                "organisme": str(one.body),
                "part": one.percent,
                "plafonds": one.ceilings.words,
                "du": _iso(one.start),
                "au": _iso(one.end),
            }
            for one in home.supports.select_related("body").order_by("start")
        ],
        "justificatifs d’absence": [
            {"envoyé le": _iso(one.sent_at), "accepté": one.accepted, "motif": one.reason}
            for one in home.excuses.order_by("sent_at")
        ],
        "fiche sanitaire": read_health(child, actor=reader, why="export"),
        "personnes autorisées": [
            {"nom": one.name, "téléphone": one.phone, "lien": one.relation} for one in home.contacts.all()
        ],
        "réservations": [
            {"jour": _iso(one.day), "quoi": f"{one.activity}, {one.unit}", "état": one.get_state_display()}
            for one in rows
        ],
        "trajets": _rides(home),
        "places attendues dans une ligne": [
            {"ligne": str(one.line), "jours": one.words, "demandé le": _iso(one.created_at)}
            for one in home.seat_wishes.select_related("line")
        ],
        "qui a ouvert ou changé le dossier": [
            {"le": _iso(line.at), "geste": journal.words(line.verb)} for line in journal.lines_about(child)
        ],
    }


def export(user) -> dict:
    """The children for whom they answer: file, health sheet, contacts, bookings and rides of their homes, quotients."""
    homes = ChildHome.objects.of_parent(user).select_related("child", "household").prefetch_related("contacts")
    surveys = SurveyInvite.objects.of_parent(user).select_related("survey", "answer")
    consents = QuotientConsent.objects.filter(person__user=user)
    return {
        "enfants": [_home(home, user) for home in homes],
        "questionnaires": [_survey(one) for one in surveys.prefetch_related("survey__questions").order_by("pk")],
        "accords pour le quotient familial": [
            {"donné le": _iso(one.given_at), "retiré le": _iso(one.revoked_at)} for one in consents
        ],
    }


def erase(user) -> list[str]:
    """The consents go; the file of a child stays as long as another parent or the bookings need it."""
    QuotientConsent.objects.filter(person__user=user).delete()
    if Guardian.objects.active().filter(person__user=user).exists():
        return [
            "Le dossier de vos enfants est gardé jusqu’à deux ans après leur dernière venue : l’accueil en est "
            "responsable (CASF, art. R. 227-7), et l’autre parent peut en avoir besoin. Votre nom et vos coordonnées "
            "en sont effacés."
        ]
    return []
