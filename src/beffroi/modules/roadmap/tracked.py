"""What the plan promises about an action, under the names that people read: what revisions compare."""

TRACKED = {
    "reference": "numéro",
    "title": "titre",
    "summary": "résumé",
    "description": "description",
    "objectives": "objectifs",
    "audience": "public visé",
    "means": "moyens",
    "source_place": "place dans le document d’origine",
    "same_as": "action répétée",
    "state": "état",
    "unblock_condition": "condition du déblocage",
    "start": "début prévu",
    "end": "fin prévue",
    "done_on": "date de réalisation",
    "priority": "priorité",
    "restricted": "visibilité",
    "pilots": "pilotes",
    "referent": "élu référent",
    "partners": "partenaires",
    "other_partners": "autres partenaires",
    "communes": "communes concernées",
    "tags": "mots-clés",
    "steps": "étapes",
    "budget": "budget",
    "fundings": "financements",
    "indicators": "indicateurs",
}

# Once a revision exists, whoever changes one of these says why.
COMMITMENTS = frozenset(
    {"axis", "number", "title", "objectives", "start", "end", "priority", "pilots", "referent", "communes", "same_as"}
)
