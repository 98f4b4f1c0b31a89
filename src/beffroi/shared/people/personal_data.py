"""The part of residents and mandates in « mes données »."""

from beffroi.kernel import journal
from beffroi.shared.people.actions import anonymise_person
from beffroi.shared.people.models import Mandate, Person


def _iso(moment) -> str | None:
    return moment.isoformat() if moment else None


def export(user) -> dict:
    """Their file, their homes, the mandates that they gave and hold, and who opened their file."""
    person = Person.objects.filter(user=user).select_related("commune").first()
    held = Mandate.objects.filter(agent=user).select_related("organisation").order_by("pk")
    found: dict = {"mandats tenus": [_mandate(one) for one in held]}
    if person is None:
        return found
    found["informations"] = {
        "civilité": person.title,
        "prénom": person.first_name,
        "nom": person.last_name,
        "date de naissance": _iso(person.birth_date),
        "courriel": person.email,
        "courriel vérifié le": _iso(person.email_verified_at),
        "téléphone": person.phone,
        "téléphone vérifié le": _iso(person.phone_verified_at),
        "adresse": person.address,
        "code postal": person.postal_code,
        "commune": person.city,
        "commune du territoire": str(person.commune or ""),
    }
    links = person.household_links.select_related("household").order_by("start")
    found["foyers"] = [
        {
            "foyer": link.household.name,
            "adresse": f"{link.household.address} {link.household.postal_code} {link.household.city}".strip(),
            "place": link.relation,
            "depuis le": _iso(link.start),
            "jusqu’au": _iso(link.end),
        }
        for link in links
    ]
    given = person.mandates_given.select_related("agent", "organisation").order_by("pk")
    found["mandats donnés"] = [{**_mandate(one), "à": str(one.agent)} for one in given]
    found["proches invités"] = [
        {"courriel": one.email, "objet": one.scope, "le": _iso(one.created_at)}
        for one in person.relative_invitations.order_by("pk")
    ]
    found["qui a ouvert ou changé votre dossier"] = [
        {"le": _iso(line.at), "geste": journal.words(line.verb), "par": str(line.actor or "la plateforme")}
        for line in journal.lines_about(person)
    ]
    return found


def _mandate(one: Mandate) -> dict:
    return {
        "référence": one.reference,
        "objet": one.scope,
        "qualité": one.get_quality_display(),
        "organisme": str(one.organisation or ""),
        "accord": one.get_consent_display(),
        "accord donné le": _iso(one.agreed_at),
        "depuis le": _iso(one.start),
        "jusqu’au": _iso(one.end),
        "révoqué le": _iso(one.revoked_at),
    }


def erase(user) -> list[str]:
    """The file is emptied, the mandates given stop; what was done under a mandate stays provable for five years."""
    person = Person.objects.filter(user=user).first()
    kept = []
    given = person is not None and person.mandates_given.exists()
    if person is not None:
        anonymise_person(person, actor=user)
    if given:
        kept.append(
            "Les mandats que vous avez donnés prennent fin. Leurs dates et leur objet sont gardés cinq ans, sans votre "
            "nom : ils prouvent qui pouvait agir (Code civil, art. 2224 ; RGPD, art. 17, 3, e)."
        )
    if Mandate.objects.filter(agent=user).exists():
        kept.append(
            "Les mandats que vous avez tenus pour d’autres sont gardés cinq ans, pour eux (Code civil, art. 1993)."
        )
    return kept
