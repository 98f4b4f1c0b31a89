"""Colours: contrast as the WCAG compute it, and an accent kept legible whatever colour a territory chooses."""

import re

ACCENT = "#a23b2a"
LIGHT_GROUND = "#fbf8f3"
DARK_GROUND = "#1d2a36"
HEX = re.compile(r"#?[0-9a-fA-F]{6}")


def rgb(colour: str) -> tuple[int, int, int]:
    """(red, green, blue) of "#rrggbb"; raises ValueError for anything else."""
    if not HEX.fullmatch(colour):
        raise ValueError(f"not a colour: {colour!r}")
    digits = colour.removeprefix("#")
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def luminance(colour: str) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2)."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (channel / 255 for channel in rgb(colour))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Ratio from 1 to 21 (WCAG 2.2, criterion 1.4.3)."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _mix(colour: str, other: str, share: float) -> str:
    parts = (round(a + (b - a) * share) for a, b in zip(rgb(colour), rgb(other), strict=True))
    return "#" + "".join(f"{part:02x}" for part in parts)


def legible(colour: str, ground: str, ratio: float = 4.5) -> str:
    """The nearest shade of `colour`, darkened or lightened, that reaches `ratio` on `ground`."""
    towards = "#000000" if luminance(ground) > 0.18 else "#ffffff"
    shades = (_mix(colour, towards, step / 50) for step in range(51))
    return next(shade for shade in shades if contrast(shade, ground) >= ratio)


def on(colour: str) -> str:
    """White or near-black: the one that reads best on `colour`."""
    return max(("#ffffff", "#0f171e"), key=lambda ink: contrast(ink, colour))


GROUNDS = (("De jour", LIGHT_GROUND), ("La nuit", DARK_GROUND))
SHAPE = 3.0  # of a button on the page (WCAG 2.2, criterion 1.4.11)


def face(accent: str, ground: str) -> dict[str, str]:
    """What an accent becomes on a ground: the colours of its shapes, of their labels and of its texts, and the ratios
    that they reach, written in French."""
    accent = legible("#" + accent.removeprefix("#").lower(), ground, SHAPE if ground == DARK_GROUND else 1)
    label, ink = on(accent), legible(accent, ground)
    accent = legible(accent, label)
    return {
        "ground": ground,
        "ink": on(ground),
        "accent": accent,
        "on_accent": label,
        "accent_ink": ink,
        "label_contrast": f"{contrast(label, accent):.1f}".replace(".", ","),
        "text_contrast": f"{contrast(ink, ground):.1f}".replace(".", ","),
    }


def stylesheet(accent: str) -> str:
    """The custom properties of a territory's accent, light and dark."""

    def rules(ground: str) -> str:
        found = face(accent, ground)
        return f"--accent:{found['accent']};--on-accent:{found['on_accent']};--accent-ink:{found['accent_ink']}"

    return (
        f":root{{{rules(LIGHT_GROUND)}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{rules(DARK_GROUND)}}}}}\n"
    )
