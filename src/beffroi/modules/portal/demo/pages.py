"""The sample pages, as Wagtail keeps them."""


def _text(html: str) -> dict:
    return {"type": "text", "value": html}


def _title(text: str) -> dict:
    return {"type": "heading", "value": {"level": "2", "text": text}}


def _items(kind: str, field: str, *pairs: tuple[str, str]) -> dict:
    items = [{"title": title, "text": text} for title, text in pairs]
    return {"type": kind, "value": {field: items}}


PAGES = (
    {
        "title": "Vivre ici",
        "slug": "vivre-ici",
        "introduction": "Ce qu’il faut savoir quand on arrive, et quand on reste.",
        "body": [
            _text(
                "<p>Soixante-cinq communes, des vallées et un plateau ouvert, trois bourgs-centres. Cette rubrique "
                "réunit l’essentiel, rédigé avec les mairies.</p>"
            ),
        ],
    },
    {
        "title": "Nouvel habitant",
        "slug": "nouvel-habitant",
        "parent": "vivre-ici",
        "introduction": "Vous emménagez\u202f: les premières démarches, dans l’ordre.",
        "body": [
            _items(
                "steps",
                "steps",
                (
                    "Présentez-vous à la mairie",
                    "<p>Elle vous inscrit sur les listes électorales et vous remet le calendrier des collectes. "
                    '<a href="/mairies/">Trouvez ses horaires</a>.</p>',
                ),
                (
                    "Demandez vos bacs",
                    "<p>Ils sont livrés sous quinze jours. En attendant, la mairie prête des sacs.</p>",
                ),
                (
                    "Inscrivez vos enfants",
                    "<p>L’école se demande à la mairie\u202f; l’accueil de loisirs, à la communauté de communes.</p>",
                ),
            ),
            {
                "type": "callout",
                "value": {
                    "tone": "neutral",
                    "title": "Rien à redire deux fois",
                    "text": "<p>Dites votre changement d’adresse une fois\u202f: tous les services le reçoivent.</p>",
                },
            },
        ],
    },
    {
        "title": "Trier et jeter",
        "slug": "trier-et-jeter",
        "parent": "vivre-ici",
        "introduction": "Quel bac, quel jour, quelle déchèterie.",
        "body": [
            _title("Ce qui va où"),
            {
                "type": "table",
                "value": {
                    "caption": "Où jeter",
                    "table": {
                        "columns": [{"type": "text", "heading": "Déchet"}, {"type": "text", "heading": "Où"}],
                        "rows": [
                            {"values": ["Emballages, papiers", "Bac jaune"]},
                            {"values": ["Verre", "Colonne à verre"]},
                            {"values": ["Restes de repas", "Composteur ou bac brun"]},
                            {"values": ["Gravats, meubles, branches", "Déchèterie"]},
                        ],
                    },
                },
            },
            _title("Questions fréquentes"),
            _items(
                "accordion",
                "items",
                (
                    "Le camion n’est pas passé",
                    "<p>Laissez le bac dehors jusqu’au lendemain midi, puis signalez-le.</p>",
                ),
                ("Mon bac est cassé", "<p>Il est remplacé gratuitement. Demandez-le à votre mairie.</p>"),
                ("Un dépôt sauvage", "<p>Signalez-le avec une photo\u202f: la commune l’enlève.</p>"),
            ),
        ],
    },
    {
        "title": "La communauté de communes",
        "slug": "communaute-de-communes",
        "introduction": "Ce qu’elle fait, qui décide, comment la joindre.",
        "body": [
            _title("Ce qu’elle fait"),
            _text(
                "<ul><li>la voirie d’intérêt communautaire</li><li>les accueils de loisirs</li>"
                "<li>les déchets et la rivière</li><li>l’aide numérique et le développement économique</li></ul>"
            ),
            _title("Qui décide"),
            _text(
                "<p>Le conseil communautaire réunit des élus de toutes les communes. Ses séances sont publiques\u202f: "
                '<a href="/agenda/">les prochaines dates sont à l’agenda</a>.</p>'
            ),
        ],
    },
)
