"""Who made the public data of the territory, to be shown wherever it is."""

TERRITORY_CREDIT = "INSEE, DGCL, IGN Admin Express, DILA, La Poste — Licence Ouverte"
EDITION = "codes et population : édition 2026 ; contours et mairies : octobre 2026"
POPULATION_YEAR = 2026
POPULATION_SOURCE = "INSEE, recensement de 2023, en vigueur au 1ᵉʳ janvier 2026"
