"""How strong a password is, in plain words. No rule of composition: only how many tries it would take to guess it.

Estimator: zxcvbn (Wheeler, USENIX Security 2016), told besides the words that are easy to guess here. What the CNIL
asks (recommendation 2022-100: a strength, not recipes) is met by a score of 3, « safely unguessable » behind a slow
hash and limited attempts.
"""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from zxcvbn import zxcvbn

from beffroi.shared.organisations.models import Organisation

ENOUGH = 3
LONGEST = 128
# The estimator reads no further; a longer password is at least as strong.
READ = 72

# What a field for a new password carries: its strength is asked of the server while it is typed.
FIELD = {"autocomplete": "new-password", "data-strength": reverse_lazy("accounts:password_strength")}

LABELS = ("très faible", "très faible", "faible", "bon", "très bon")
ADVICE = "Ajoutez un ou deux mots sans rapport entre eux : quatre mots au hasard font un très bon mot de passe."
REASONS = {
    "passwords": "Ce mot de passe est l’un des plus employés, ou lui ressemble : il sera essayé en premier.",
    "user_inputs": "Il contient un mot facile à deviner : votre nom, votre adresse, une commune d’ici, un mot courant.",
    "names": "Il repose sur un nom ou un prénom : c’est facile à deviner.",
    "words": "Il repose sur un seul mot courant : c’est facile à deviner.",
    "spatial": "Il suit les touches du clavier : c’est facile à deviner.",
    "repeat": "Il répète le même signe ou le même mot : c’est facile à deviner.",
    "sequence": "Il contient une suite comme « abc » ou « 6543 » : c’est facile à deviner.",
    "date": "Il repose sur une date ou une année : c’est facile à deviner.",
    "short": "Il est trop court.",
}
EASY = """
amour ange azerty azertyuiop beffroi bonjour camille chat cheval chien chocolat chouchou doudou famille fleur
football france jardin jetaime jules juillet loulou lucie maison mairie maman marseille martin mamie
motdepasse musique nicolas oceane papa papillon paris picardie princesse printemps secret soleil sommeil
vacances
"""


@dataclass(frozen=True)
class Strength:
    """`score` from 0 to 4; `sentence` says why it is not enough, and what to do, or that it is good."""

    score: int
    sentence: str

    @property
    def enough(self) -> bool:
        return self.score >= ENOUGH

    @property
    def label(self) -> str:
        return LABELS[self.score]


def strength(password: str, user=None) -> Strength:
    """How strong `password` is for `user` (their own names and address are easy to guess)."""
    if not password:
        return Strength(0, f"{REASONS['short']} {ADVICE}")
    found = zxcvbn(password[:READ], user_inputs=_easy_words(user))
    if found["score"] >= ENOUGH:
        return Strength(found["score"], f"Ce mot de passe est {LABELS[found['score']]}.")
    return Strength(found["score"], f"{_reason(found['sequence'])} {ADVICE}")


def _easy_words(user) -> list[str]:
    words = EASY.split()
    for value in (getattr(user, name, "") or "" for name in ("email", "first_name", "last_name")):
        words += [value, *value.replace("@", " ").replace(".", " ").replace("-", " ").split()]
    for name in Organisation.objects.filter(is_active=True).values_list("name", flat=True):
        words += [name, *name.replace("-", " ").split()]
    return [word for word in words if len(word) > 2]


def _reason(sequence: list[dict]) -> str:
    longest = max(sequence, key=lambda match: len(match["token"]), default={"pattern": "bruteforce"})
    pattern, dictionary = longest["pattern"], longest.get("dictionary_name", "")
    if pattern == "dictionary":
        if dictionary in {"passwords", "user_inputs"}:
            return REASONS[dictionary]
        return REASONS["names" if dictionary in {"surnames", "male_names", "female_names"} else "words"]
    return REASONS.get("date" if pattern == "regex" else pattern, REASONS["short"])


class StrengthValidator:
    """Django's password validator: refuses what is too easy to guess, and says why."""

    def validate(self, password, user=None):
        if len(password) > LONGEST:
            raise ValidationError(f"Ce mot de passe dépasse {LONGEST} caractères.", code="too_long")
        found = strength(password, user)
        if not found.enough:
            raise ValidationError(found.sentence, code="too_easy")

    def get_help_text(self):
        return "Le plus sûr et le plus simple : quatre mots sans rapport entre eux. Aucun signe n’est imposé."
