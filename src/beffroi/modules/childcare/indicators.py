"""What the roadmap may read of the childcare."""

from beffroi.kernel.modules import Indicator
from beffroi.modules.childcare import figures

INDICATORS = [
    Indicator(
        code="childcare.children",
        label="Enfants accueillis",
        unit="enfants",
        value=figures.children,
        description="Enfants différents venus dans la période.",
    ),
    Indicator(
        code="childcare.hours",
        label="Heures d’accueil",
        unit="heures",
        value=figures.hours,
        description="Heures réservées et non manquées, toutes activités.",
    ),
    Indicator(
        code="childcare.fill",
        label="Taux de remplissage des accueils",
        unit="%",
        value=figures.fill_rate,
        description="Places occupées sur les places ouvertes, toutes parties de journée.",
    ),
    Indicator(
        code="childcare.waiting",
        label="Jours en liste d’attente",
        unit="jours",
        value=figures.waiting,
        description="Jours demandés et restés sans place.",
        better="down",
    ),
]
