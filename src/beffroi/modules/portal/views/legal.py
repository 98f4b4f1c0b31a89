"""What the law asks a public site to say of itself, written from what the platform knows."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from beffroi.kernel import modules
from beffroi.modules.portal import audits, context
from beffroi.modules.portal.models import SiteDetails

HOME = ("Accueil", "/")
# What the platform sets in the visitor's browser: (name, what for, how long).
COOKIES = (
    ("sessionid", "Vous garder connecté à votre espace. Posé seulement si vous vous connectez.", "14 jours"),
    (
        "csrftoken",
        "Empêcher un autre site d’envoyer un formulaire à votre place. Posé avec le premier formulaire.",
        "1 an",
    ),
    ("messages", "Afficher une fois le message qui suit un envoi.", "jusqu’à l’affichage"),
)


def _page(request, template: str, title: str, **more):
    held = {
        "details": SiteDetails.current(),
        "operator": context.operator(),
        "breadcrumbs": [HOME, (title, "")],
        "contact_url": _address("contact:new"),
    }
    return render(request, template, held | more)


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


@login_not_required
@require_safe
def notices(request):
    """Who publishes, who hosts (loi n° 2004-575 du 21 juin 2004, art. 1-1)."""
    return _page(request, "portal/legal_notices.html", "Mentions légales")


@login_not_required
@require_safe
def privacy(request):
    """What is kept of people, why and how long: read from the rules that the platform applies every night."""
    rules = [
        (
            rule.label,
            say_duration(rule.keep.days),
            rule.basis,
            "effacement" if rule.action == "delete" else "anonymisation",
        )
        for rule in modules.collect("retention")
    ]
    return _page(request, "portal/privacy.html", "Données personnelles", rules=rules, cookies=COOKIES)


def say_duration(days: int) -> str:
    """« 10 ans », « 6 mois », « 30 jours », « aussitôt »."""
    if days >= 360:
        years = round(days / 365.25, 1)
        return f"{years:g} an{'s' if years >= 2 else ''}".replace(".", ",")
    if days >= 60 or days == 30:
        return f"{round(days / 30.4)} mois"
    return f"{days} jour{'s' if days > 1 else ''}" if days else "aussitôt"


@login_not_required
@require_safe
def accessibility(request):
    """The declaration of accessibility (décret n° 2019-768 du 24 juillet 2019, arrêté du 20 septembre 2019)."""
    return _page(request, "portal/accessibility.html", "Accessibilité", measured=audits.read())
