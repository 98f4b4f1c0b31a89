"""The models of act that every body starts with; each writes its own beside them."""

from beffroi.modules.deliberations.models import Act

DELIBERATION = """\
L’assemblée, convoquée le {convocation}, s’est réunie le {date} à {heure}, {lieu}, sous la présidence de {president}.

Secrétaire de séance : {secretaire}.

Présents : {presents}.

Représentés : {representes}.

Absents ou excusés : {absents}.

{deports}

Vu le code général des collectivités territoriales ;

{note}

Après en avoir délibéré, l’assemblée décide :

Article 1. {objet} : le projet présenté est approuvé.

Article 2. {qualite} est chargé de l’exécution de la présente délibération.

{vote}"""

ORDER = """\
{qualite} de {collectivite},

Vu le code général des collectivités territoriales ;

Considérant que l’intérêt général le demande ;

ARRÊTE

Article 1. {objet}.

Article 2. Le présent arrêté est publié et transmis au représentant de l’État. Il peut être contesté devant le tribunal
administratif dans les deux mois de sa publication."""

DECISION = """\
{qualite} de {collectivite},

Vu le code général des collectivités territoriales ;

Vu la délibération qui lui a donné délégation ;

DÉCIDE

Article 1. {objet}.

Article 2. Il est rendu compte de la présente décision à la prochaine séance de l’assemblée."""

HOUSE = {
    Act.Nature.DELIBERATION: ("Délibération (modèle de la maison)", DELIBERATION),
    Act.Nature.REGULATION: ("Arrêté (modèle de la maison)", ORDER),
    Act.Nature.INDIVIDUAL: ("Arrêté (modèle de la maison)", ORDER),
    Act.Nature.OTHER: ("Décision (modèle de la maison)", DECISION),
}
