"""What the assets of the demonstration are: invented things in real communes."""

import datetime

from beffroi.shared.assets.models import Asset
from beffroi.shared.organisations import names

STREETS = (
    "Rue du Moulin",
    "Grande Rue",
    "Rue de l’Église",
    "Rue des Écoles",
    "Rue du Marais",
    "Place de l’Église",
    "Rue d’en Haut",
    "Chemin des Prés",
    "Rue de la Mairie",
    "Route de Doullens",
    "Rue du Puits",
    "Rue des Tilleuls",
)
SIGNS = (
    ("AB4", "Panneau stop"),
    ("A13a", "Panneau enfants"),
    ("B14-30", "Limitation à 30 km/h"),
    ("C20a", "Passage piéton"),
    ("AB3a", "Cédez le passage"),
    ("EB10", "Entrée d’agglomération"),
    ("B1", "Sens interdit"),
)
YEAR = 365.25


class Plan:
    """Draws assets without writing them; `depth` = how deep each stands in the tree, by number."""

    def __init__(self, kinds: dict, draw, today: datetime.date):
        self.kinds, self.draw, self.today = kinds, draw, today
        self.assets: list[Asset] = []
        self.depth: dict[str, int] = {}
        self.numbers: dict[str, int] = {}

    def add(self, kind: str, prefix: str, owner, town, name: str, *, parent: Asset | None = None, **fields) -> Asset:
        """One asset, numbered after the others of its prefix."""
        self.numbers[prefix] = number = self.numbers.get(prefix, 0) + 1
        code = f"{prefix}-{number:04d}"
        age = self.draw.uniform(0.5, 24)
        life = fields.pop("life", 20)
        start = self.today - datetime.timedelta(days=age * YEAR)
        fields.setdefault("in_service_on", start)
        fields.setdefault("replace_on", start + datetime.timedelta(days=life * YEAR))
        fields.setdefault("warranty_until", start + datetime.timedelta(days=2 * YEAR) if age < 6 else None)
        fields.setdefault("address", f"{self.draw.choice(STREETS)}, {town.name}")
        asset = Asset(
            kind=self.kinds[kind],
            organisation_id=owner.pk,
            commune=town,
            code=code,
            name=name[:160],
            parent=parent,
            **fields,
        )
        self.assets.append(asset)
        self.depth[code] = 0 if parent is None else self.depth[parent.code] + 1
        return asset

    def near(self, town, spread: float = 1.0) -> tuple[float, float]:
        """A point near the middle of a commune."""
        longitude, latitude = town.location or town.centroid
        return (
            round(longitude + self.draw.gauss(0, 0.0035 * spread), 6),
            round(latitude + self.draw.gauss(0, 0.0022 * spread), 6),
        )

    def lights(self, owner, town, count: int) -> None:
        """A network, its cabinet, its segments and their poles, along straight streets."""
        network = self.add(
            "reseau-eclairage", "RES", owner, town, f"Éclairage public {names.of(town.name)}", address="", life=60
        )
        self.add(
            "armoire-eclairage",
            "ARM",
            owner,
            town,
            f"Armoire {town.name}",
            parent=network,
            location=self.near(town),
            criticality=3,
            values={"puissance": float(self.draw.choice((9, 12, 18))), "horloge": "horloge astronomique"},
        )
        left = count
        while left > 0:
            poles = min(left, 10)
            street = f"{self.draw.choice(STREETS)}, {town.name}"
            start = self.near(town)
            step = (self.draw.uniform(-0.0006, 0.0006), self.draw.uniform(-0.0004, 0.0004))
            line = [[round(start[0] + step[0] * n, 6), round(start[1] + step[1] * n, 6)] for n in range(max(poles, 2))]
            segment = self.add(
                "troncon-eclairage",
                "TRO",
                owner,
                town,
                f"Tronçon {street}",
                parent=network,
                address=street,
                location=tuple(line[len(line) // 2]),
                geometry={"type": "LineString", "coordinates": line},
                values={"pose": self.draw.choice(("souterraine", "aérienne"))},
                life=50,
            )
            for number in range(poles):
                self._pole(owner, town, segment, street, tuple(line[number]))
            left -= poles

    def _pole(self, owner, town, segment, street: str, place) -> None:
        led = self.draw.random() < 0.55
        self.add(
            "candelabre",
            "EP",
            owner,
            town,
            f"Point lumineux, {street.partition(',')[0]}",
            parent=segment,
            address=street,
            location=place,
            life=25,
            status=Asset.Status.DOWN if self.draw.random() < 0.03 else Asset.Status.IN_SERVICE,
            values={
                "source": "LED" if led else "sodium haute pression",
                "puissance": float(self.draw.choice((24, 36, 48)) if led else self.draw.choice((70, 100, 150))),
                "hauteur": float(self.draw.choice((4, 5, 6, 8))),
                "support": self.draw.choice(("mât", "poteau béton", "façade")),
            },
        )

    def town_hall(self, town) -> None:
        """The town hall, its heating and its extinguishers, which take its position."""
        number, _space, street = town.address.partition(" ")
        street, number = (street, number) if number[:1].isdigit() else (town.address, "")
        hall = self.add(
            "mairie",
            "MAI",
            town,
            town,
            f"Mairie {names.of(town.name)}",
            address=town.address or f"Place de l’Église, {town.name}",
            location=town.location or town.centroid,
            criticality=3,
            life=80,
            open_number=1,
            values={"numero": number, "voie": street.partition(",")[0] or "Place de la Mairie", "surface": 140.0},
        )
        self.add(
            "chaudiere",
            "CHA",
            town,
            town,
            "Chauffage de la mairie",
            parent=hall,
            brand="Exemplaire",
            model="CX 24",
            criticality=3,
            values={"energie": self.draw.choice(("gaz", "fioul", "pompe à chaleur")), "puissance": 24.0},
        )
        for number in range(2):
            checked = self.today - datetime.timedelta(days=self.draw.randint(10, 420))
            self.add(
                "extincteur",
                "EXT",
                town,
                town,
                f"Extincteur {number + 1}, mairie",
                parent=hall,
                life=10,
                serial="",
                values={
                    "agent": ("eau pulvérisée", "CO₂")[number],
                    "capacite": 6.0 if number == 0 else 2.0,
                    "verifie_le": checked.isoformat(),
                },
            )

    def aed(self, town) -> None:
        """A defibrillator on the wall of the town hall."""
        self.numbers.setdefault("DAE", 0)
        serial = f"EX{self.numbers['DAE'] + 1:05d}"
        day = self.today - datetime.timedelta(days=self.draw.randint(5, 360))
        self.add(
            "defibrillateur",
            "DAE",
            town,
            town,
            f"Défibrillateur de la mairie {names.of(town.name)}",
            life=8,
            criticality=4,
            address=town.address,
            location=town.location or town.centroid,
            brand="Exemplaire",
            model="Cœur 2",
            serial=serial,
            values={
                "acc": "Extérieur",
                "acc_lib": True,
                "acc_complt": "À gauche de la porte",
                "disp_j": "7j/7",
                "disp_h": "24h/24",
                "courriel": f"mairie@{town.slug}.example.invalid",
                "dermnt": day.isoformat(),
                "dtpr_bat": (day + datetime.timedelta(days=1200)).isoformat(),
                "dtpr_lcad": (day + datetime.timedelta(days=700)).isoformat(),
                "lc_ped": False,
            },
        )

    def playground(self, owner, town) -> None:
        """A playground and its toys."""
        longitude, latitude = self.near(town, 0.5)
        side = 0.00015
        ring = [
            [round(longitude + x * side, 6), round(latitude + y * side, 6)]
            for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))
        ]
        checked = self.today - datetime.timedelta(days=self.draw.randint(10, 200))
        area = self.add(
            "aire-de-jeux",
            "JEU",
            owner,
            town,
            f"Aire de jeux {names.of(town.name)}",
            location=(longitude, latitude),
            geometry={"type": "Polygon", "coordinates": [ring]},
            criticality=3,
            life=15,
            values={
                "ages": "2 à 12 ans",
                "sol": self.draw.choice(("gravillon", "copeaux", "dalles")),
                "controle_le": checked.isoformat(),
            },
        )
        for name, height in (("Toboggan", 1.5), ("Jeu à ressort", 0.6), ("Balançoire", 1.2)):
            self.add(
                "jeu",
                "JX",
                owner,
                town,
                f"{name}, {town.name}",
                parent=area,
                life=12,
                brand="Exemplaire",
                values={"ages": "3 à 8 ans", "hauteur_chute": height},
            )

    def sign(self, owner, town) -> None:
        code, name = self.draw.choice(SIGNS)
        self.add(
            "panneau",
            "PAN",
            owner,
            town,
            name,
            location=self.near(town),
            life=12,
            values={"code_panneau": code, "classe": self.draw.choice(("classe 1", "classe 2"))},
        )

    def small(self, town) -> None:
        """A bus shelter or a bench, a hydrant."""
        if self.draw.random() < 0.5:
            self.add("abribus", "ABR", town, town, f"Abribus {names.of(town.name)}", location=self.near(town, 0.4))
        self.add(
            "poteau-incendie",
            "PEI",
            town,
            town,
            "Poteau incendie",
            location=self.near(town, 0.6),
            life=40,
            criticality=4,
            values={"nature": "poteau", "debit": float(self.draw.choice((30, 60, 75, 90)))},
        )

    def depot(self, owner, town) -> None:
        """The technical centre of the body, its workshop and its vehicles."""
        longitude, latitude = self.near(town, 0.5)
        corners = ((-4, -3), (4, -3), (4, 3), (-4, 3), (-4, -3))
        ring = [[round(longitude + x * 1e-4, 6), round(latitude + y * 1e-4, 6)] for x, y in corners]
        site = self.add(
            "site",
            "SIT",
            owner,
            town,
            "Centre technique",
            location=(longitude, latitude),
            life=90,
            address=f"Zone artisanale, {town.name}",
            geometry={"type": "Polygon", "coordinates": [ring]},
        )
        shop = self.add(
            "batiment",
            "BAT",
            owner,
            town,
            "Atelier du centre technique",
            parent=site,
            life=60,
            values={"usage": "atelier", "surface": 640.0},
        )
        for name, energy in (("Saleuse", "gazole"), ("Camion-benne", "gazole"), ("Fourgon de voirie", "électricité")):
            self.add(
                "vehicule",
                "VEH",
                owner,
                town,
                name,
                parent=shop,
                life=12,
                criticality=3,
                brand="Exemplaire",
                values={"energie": energy},
            )
