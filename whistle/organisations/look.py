"""An organisation's own colour: checked so that everybody can read on it, and turned into a small style sheet.

Contrast is WCAG 2.2's (1.4.3): 4.5 for white words on the colour, 7 for words in it; where the colour itself is not dark or
light enough for words, they get a darker or lighter one of the same hue.
"""

import re

WHITE, PAPER, NIGHT, INK = "#ffffff", "#e6eff0", "#1a343a", "#0c1416"  # grounds of the pages, light and dark
ON_IT, IN_IT = 4.5, 7.0
STEP = 0.04


def refuse_unreadable(colour: str) -> None:
    """Raise ValueError for what is no colour, or one on which white words cannot be read.

    >>> refuse_unreadable("#0d4c57")
    >>> refuse_unreadable("#e8a32c")
    Traceback (most recent call last):
    ValueError: white words on #e8a32c have a contrast of 2.2; 4.5 is needed: choose a darker one
    """
    if not re.fullmatch(r"#[0-9a-f]{6}", colour):
        raise ValueError("a colour is written like #0d4c57")
    if (found := contrast(colour, WHITE)) < ON_IT:
        raise ValueError(
            f"white words on {colour} have a contrast of {found:.1f}; {ON_IT} is needed: choose a darker one"
        )


def contrast(one: str, other: str) -> float:
    """Return WCAG's contrast of two colours, 1 to 21.

    >>> round(contrast("#000000", "#ffffff"))
    21
    """
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def style_sheet(colour: str) -> str:
    """Return the colours of the pages, light and dark, that follow from an organisation's own."""
    words = _until(colour, "#000000", PAPER)
    night = _until(colour, WHITE, NIGHT)
    light = {
        "border-default": colour, "border-strong": words, "text-subtle": words, "base-default": colour,
        "base-hover": _mixed(colour, "#000000", 0.15), "base-active": _mixed(colour, "#000000", 0.3),
        "base-contrast-default": WHITE,
    }  # fmt: skip
    dark = {
        "border-default": night, "border-strong": night, "text-subtle": night, "base-default": night,
        "base-hover": _mixed(night, WHITE, 0.15), "base-active": _mixed(night, WHITE, 0.3),
        "base-contrast-default": INK,
    }  # fmt: skip
    return f":root{{{_tokens(light)}}}@media (prefers-color-scheme:dark){{:root{{{_tokens(dark)}}}}}\n"


def _tokens(values: dict[str, str]) -> str:
    return ";".join(f"--ds-color-accent-{name}:{value}" for name, value in values.items())


def _until(colour: str, towards: str, ground: str) -> str:
    """Return the nearest colour on the way `towards` that can be read on a ground."""
    share, found = 0.0, colour
    while contrast(found, ground) < IN_IT and share < 1:
        share += STEP
        found = _mixed(colour, towards, share)
    return found


def _mixed(one: str, other: str, share: float) -> str:
    pairs = zip(_parts(one), _parts(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * min(share, 1)):02x}" for a, b in pairs)


def _parts(colour: str) -> list[int]:
    return [int(colour[place : place + 2], 16) for place in (1, 3, 5)]


def _luminance(colour: str) -> float:
    linear = [
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
        for part in (value / 255 for value in _parts(colour))
    ]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
