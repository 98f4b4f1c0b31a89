"""Personal data of the roadmap (referents, pilots, authors of notes): how long, what is given, what is erased."""

from datetime import timedelta

from beffroi.kernel.modules import PersonalData, RetentionRule
from beffroi.modules.roadmap import actions
from beffroi.modules.roadmap.actions.imports import KEPT
from beffroi.modules.roadmap.models import ImportDraft, Note, Pilot, Referent

# A whole municipal term after the office ended.
TERM = timedelta(days=6 * 365)


def _former(now):
    return Referent.objects.filter(end__lt=(now - TERM).date(), anonymised_at__isnull=True)


def _old_drafts(now):
    return ImportDraft.objects.filter(created_at__lt=now - KEPT)


RETENTION = [
    RetentionRule(
        code="roadmap.referents",
        model="roadmap.Referent",
        label="Noms des élus référents, six ans après la fin de leur fonction",
        basis="RGPD, art. 5.1.e ; la fonction reste, le nom est dans les délibérations publiées",
        keep=TERM,
        due=_former,
        apply=lambda referent: actions.anonymise_referent(referent, actor=None),
    ),
    RetentionRule(
        code="roadmap.imports",
        model="roadmap.ImportDraft",
        label="Classeurs reçus et jamais confirmés",
        basis="RGPD, art. 5.1.e",
        keep=KEPT,
        due=_old_drafts,
        apply=lambda draft: draft.delete(),
        action="delete",
        each=False,
    ),
]


def export(user) -> dict:
    """What the plans say of a person."""
    return {
        "actions dont je suis pilote": [
            str(pilot.action) for pilot in Pilot.objects.filter(user=user).select_related("action__axis")
        ],
        "fonctions d’élu référent": [str(referent) for referent in Referent.objects.filter(user=user)],
        "points d’avancement écrits": [
            {"action": str(note.action), "le": note.created_at.isoformat(), "texte": note.body}
            for note in Note.objects.filter(author=user).select_related("action__axis")
        ],
    }


def erase(user) -> list[str]:
    """Take the person off the actions that they pilot; what they wrote for the plan stays, without their name."""
    actions.remove_person(user, actor=user)
    said = []
    if Referent.objects.filter(user=user, anonymised_at__isnull=True).exists():
        said.append(
            "Votre nom d’élu référent reste dans la feuille de route : il figure dans les délibérations publiées. "
            "Il en sera retiré six ans après la fin de votre fonction."
        )
    return said


PERSONAL = PersonalData(code="roadmap", label="Feuille de route", export=export, erase=erase)
