"""Every pair of colours is legible, light and dark, and a territory's own accent is kept so."""

import re

import pytest

from beffroi.kernel.ui import showcase, theme

LIGHT = {name: light for name, light, _dark in showcase.swatches()}
DARK = {name: dark for name, _light, dark in showcase.swatches()}
GROUNDS = ("craie", "paper", "sunken")
# (ink, grounds): text, at least 7:1 (WCAG 1.4.6, AAA).
TEXT = [
    ("ink", (*GROUNDS, "ardoise-pale", "colza-pale", "brique-pale", "authie-pale")),
    ("ink-soft", (*GROUNDS, "ardoise-pale")),
    ("link", (*GROUNDS, "ardoise-pale", "colza-pale", "brique-pale")),
    ("ardoise", ("craie", "paper", "ardoise-pale")),
    ("brique", ("craie", "paper", "brique-pale")),
    ("authie", ("craie", "paper", "authie-pale")),
    ("colza-ink", ("colza-pale",)),
    ("on-band", ("band", "band-soft")),
    ("on-band-soft", ("band", "band-soft")),
    ("on-action", ("action", "action-hover")),
    ("on-danger", ("danger",)),
    ("paper", ("ardoise",)),
]
# Labels of the accent's buttons and badges: 4.5:1 (AA); borders and pictures: 3:1 (WCAG 1.4.11).
LABELS = [("on-accent", ("accent",))]
SHAPES = [("edge", GROUNDS), ("accent-ink", GROUNDS), ("ink", ("colza",)), ("colza", ("band",))]


@pytest.mark.parametrize(("palette", "face"), [(LIGHT, "light"), (DARK, "dark")])
@pytest.mark.parametrize(("pairs", "ratio"), [(TEXT, 7), (LABELS, 4.5), (SHAPES, 3)])
def test_palette_every_pair_is_legible(palette, face, pairs, ratio):
    if face == "dark":  # the ring of the focus is drawn in ink around a highlight: dark on dark is seen by its edge
        pairs = [pair for pair in pairs if pair != ("ink", ("colza",))]
    weak = [
        f"{ink} on {ground}: {theme.contrast(palette[ink], palette[ground]):.2f}"
        for ink, grounds in pairs
        for ground in grounds
        if theme.contrast(palette[ink], palette[ground]) < ratio
    ]
    assert weak == []


def test_palette_has_the_same_names_in_light_and_dark():
    assert LIGHT.keys() == DARK.keys()
    assert len(LIGHT) > 25


def test_contrast_of_known_pairs_follows_the_wcag():
    assert theme.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert theme.contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)


@pytest.mark.parametrize("accent", ["#a23b2a", "#ffe900", "#00ff00", "#123456", "#ffffff", "#000000", "#e5007d"])
def test_stylesheet_of_any_accent_stays_legible(accent):
    light, dark = theme.stylesheet(accent).split("@media")
    for part, grounds in ((light, LIGHT), (dark, DARK)):
        values = dict(re.findall(r"--([a-z-]+):(#[0-9a-f]{6})", part))
        assert theme.contrast(values["on-accent"], values["accent"]) >= 4.5
        for ground in GROUNDS:
            assert theme.contrast(values["accent-ink"], grounds[ground]) >= 3


def test_rgb_of_another_text_is_refused():
    with pytest.raises(ValueError, match="not a colour"):
        theme.rgb("red;}body{display:none")
