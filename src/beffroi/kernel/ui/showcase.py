"""What `/styles/` shows: forms, lines and dates of example, the same at each visit."""

import re
from datetime import datetime, timedelta
from pathlib import Path

from django import forms
from django.core.paginator import Paginator
from django.utils import timezone

from beffroi.kernel.ui.tags.content import TONES
from beffroi.kernel.ui.widgets import DateInput

PALETTE = Path(__file__).parent / "assets" / "styles" / "_palette.scss"
STATES = {
    "new": "Nouveau",
    "progress": "En cours",
    "waiting": "Attend une réponse",
    "late": "En retard",
    "done": "Résolu",
    "neutral": "Brouillon",
}
COMMUNES = ("Beauval", "Bernaville", "Doullens", "Flesselles", "Naours", "Talmas")
SUBJECTS = ("Lampadaire éteint devant l’école", "Nid-de-poule rue du Moulin", "Dépôt sauvage chemin des Carrières")


class SampleForm(forms.Form):
    """One field of each kind."""

    email = forms.EmailField(label="Adresse électronique", help_text="Pour vous répondre, jamais publiée.")
    password = forms.CharField(label="Mot de passe", widget=forms.PasswordInput, required=False)
    commune = forms.ChoiceField(label="Commune", choices=[("", "Choisir…"), *((name, name) for name in COMMUNES)])
    day = forms.DateField(label="Jour souhaité", widget=DateInput, required=False)
    message = forms.CharField(label="Votre message", widget=forms.Textarea, max_length=300)
    nature = forms.ChoiceField(
        label="De quoi s’agit-il\u202f?",
        choices=[("road", "Voirie"), ("light", "Éclairage"), ("dump", "Dépôt sauvage")],
        widget=forms.RadioSelect,
    )
    days = forms.MultipleChoiceField(
        label="Jours possibles",
        choices=[("mon", "Lundi"), ("wed", "Mercredi"), ("sat", "Samedi")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    photo = forms.FileField(label="Photo", required=False, help_text="10\u202fMo au plus.")
    agree = forms.BooleanField(label="Je veux être prévenu par courriel")


class FilterForm(forms.Form):
    """The filters above the list of example."""

    q = forms.CharField(label="Mots", required=False, widget=forms.TextInput(attrs={"type": "search"}))
    commune = forms.ChoiceField(
        label="Commune", required=False, choices=[("", "Toutes"), *((name, name) for name in COMMUNES)]
    )


def swatches() -> list[tuple[str, str, str]]:
    """(name, light, dark) of each colour of the palette."""
    light, dark = PALETTE.read_text(encoding="utf-8").split("$dark")
    found = [dict(re.findall(r"^\s+([a-z-]+):\s*(#[0-9a-f]{6})", part, re.M)) for part in (light, dark)]
    return [(name, value, found[1][name]) for name, value in found[0].items()]


def lines(now: datetime) -> list[dict]:
    """Forty lines of a list, invented."""
    tones = list(STATES)
    return [
        {
            "id": rank + 1,
            "reference": f"SIG-2026-{412 + rank:06d}",
            "subject": SUBJECTS[rank % len(SUBJECTS)],
            "commune": COMMUNES[rank % len(COMMUNES)],
            "due_at": now + timedelta(days=rank % 9 - 1, hours=rank % 5),
            "tone": tones[(rank + 3) % len(tones)],
            "state": STATES[tones[(rank + 3) % len(tones)]],
        }
        for rank in range(40)
    ]


def happenings(now: datetime) -> list[dict]:
    return [
        {"at": now, "title": "Réparé", "tone": "done", "icon": "check", "author": "Équipe éclairage"},
        {
            "at": now - timedelta(days=1),
            "title": "Note de l’équipe",
            "text": "Pièce commandée, passage prévu demain matin.",
            "tone": "waiting",
            "icon": "lock",
            "private": True,
        },
        {
            "at": now - timedelta(days=3),
            "title": "Pris en charge",
            "text": "Bonjour, nous passons cette semaine.",
            "icon": "message-square",
            "author": "Mairie de Beauval",
            "files": [{"name": "arrete-circulation.pdf", "url": "#frise"}],
        },
        {"at": now - timedelta(days=4), "title": "Signalement reçu", "icon": "flag", "tone": "neutral"},
    ]


def context(request) -> dict:
    """Everything that `ui/styles.html` reads."""
    now = timezone.make_aware(datetime(2026, 11, 24, 14, 30))
    page = request.GET.get("page", "1")
    filters = FilterForm(request.GET or None, auto_id="filtre_%s")
    faulty = SampleForm({"email": "marie@", "message": "x" * 320, "nature": "road", "days": ["wed"]})
    return {
        "breadcrumbs": [("Accueil", "/"), ("Styles", "")],
        "swatches": swatches(),
        "tones": [(tone, STATES[tone]) for tone in sorted(TONES, key=list(STATES).index)],
        "form": SampleForm(auto_id="vide_%s"),
        "faulty": faulty,
        "filters": filters,
        "page_obj": Paginator(lines(now), 6).get_page(page),
        "items": happenings(now),
        "now": now,
        "end": now + timedelta(days=3),
        "amount": "1234.5",
        "steps": ["Le lieu", "Le problème", "Vos coordonnées", "Vérification"],
        "tabs": [
            ("Tout", request.path, 27),
            ("Les miens", f"{request.path}?vue=miens", 6),
            ("Archives", f"{request.path}?vue=archives"),
        ],
        "per_commune": [("Doullens", 42, "neutral"), ("Beauval", 27, "neutral"), ("Naours", 12, "late"), ("Talmas", 0)],
        "per_month": [("juil.", 4.5), ("août", 5), ("sept.", None), ("oct.", 3.2), ("nov.", 2.1)],
    }
