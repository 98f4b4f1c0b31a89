"""The part of the requests in « mes données »: what is downloaded, what is erased, what is kept and why."""

from django.db.models import Q

from beffroi.shared.cases.models import Case, Follower, Message
from beffroi.shared.cases.retention import anonymise_case
from beffroi.shared.files.models import StoredFile


def export(user) -> dict:
    """Their requests with what was said in them, and the requests that they follow."""
    cases = Case.objects.filter(Case.objects.own(user)).select_related("organisation", "commune").order_by("pk")
    followed = Case.objects.filter(followers__user=user).values_list("reference", flat=True)
    return {
        "demandes": [_case(case) for case in cases],
        "demandes_suivies": sorted(followed),
        "demandes_saisies_pour_autrui": sorted(
            Case.objects.filter(filed_by=user).exclude(requester=user).values_list("reference", flat=True)
        ),
    }


def _case(case: Case) -> dict:
    concrete = case.specific
    messages = Message.objects.filter(Q(case=case, origin=None) | Q(origin=case), internal=False)
    return {
        "reference": case.reference,
        "nature": case.kind_label,
        "objet": case.title,
        **{str(concrete._meta.get_field(n).verbose_name): getattr(concrete, n) for n in concrete.personal_fields},
        "etat": case.get_state_display(),
        "organisme": str(case.organisation),
        "commune": str(case.commune or ""),
        "recue_le": case.created_at.isoformat(),
        "close_le": case.closed_at and case.closed_at.isoformat(),
        "nom": case.contact_name,
        "courriel": case.contact_email,
        "telephone": case.contact_phone,
        "fichiers": [file.name for file in StoredFile.objects.about(concrete, *messages)],
        "messages": [
            {"le": m.created_at.isoformat(), "de": "vous" if m.from_requester else "service", "texte": m.body}
            for m in messages
        ],
    }


def erase(user) -> list[str]:
    """Ended requests lose their author at once; those under way are kept until they end, and say so."""
    Follower.objects.filter(user=user).delete()
    kept = []
    for case in Case.objects.filter(Case.objects.own(user)):
        if case.is_open:
            kept.append(case.reference)
        elif case.anonymised_at is None:
            anonymise_case(case, actor=user)
    if not kept:
        return []
    return [
        f"Vos demandes en cours ({', '.join(kept)}) sont gardées jusqu’à leur fin, pour que le service puisse y "
        "répondre. Elles seront ensuite anonymisées (RGPD, art. 17, 3, b)."
    ]
