"""What is known of colours: contrast, colour blindness, and how far apart two of them look."""

from __future__ import annotations

from math import atan2, cos, degrees, exp, hypot, radians, sin, sqrt

Triple = tuple[float, float, float]
Matrix = tuple[Triple, Triple, Triple]

# Machado, Oliveira, Fernandes: A physiologically-based model for simulation of color vision
# deficiency, IEEE TVCG 15(6), 2009, 1291-1298; their table of matrices, severity 1.0.
BLINDNESS: dict[str, Matrix] = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
# sRGB to XYZ and its white, D65 (IEC 61966-2-1).
_XYZ: Matrix = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
_WHITE: Triple = (0.95047, 1.0, 1.08883)
_FAR = 25.0**7


def _applied(matrix: Matrix, to: Triple) -> Triple:
    one, two, three = (sum(a * b for a, b in zip(row, to, strict=True)) for row in matrix)
    return one, two, three


def linear(colour: str) -> Triple:
    """Red, green and blue of #rgb or #rrggbb as light, from 0 to 1."""
    digits = colour.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(2 * digit for digit in digits)
    red, green, blue = (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return _light(red), _light(green), _light(blue)


def _light(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2.2, from 1 to 21."""
    dark, bright = sorted(_applied(_XYZ, linear(colour))[1] for colour in (one, other))
    return (bright + 0.05) / (dark + 0.05)


def seen(colour: str, blindness: str) -> Triple:
    """L, a and b of a colour as somebody sees it who is colour-blind in that way."""
    light = _applied(BLINDNESS[blindness], linear(colour))
    red, green, blue = (min(1.0, max(0.0, part)) for part in light)
    parts = zip(_applied(_XYZ, (red, green, blue)), _WHITE, strict=True)
    x, y, z = (_root(part / white) for part, white in parts)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _root(part: float) -> float:
    return float(part ** (1 / 3)) if part > 216 / 24389 else (24389 / 27 * part + 16) / 116


def distance(one: Triple, other: Triple) -> float:
    """CIEDE2000 with all weights 1 (Sharma, Wu, Dalal: Color Res. Appl. 30(1), 2005, 21-30)."""
    stretch = _stretch((hypot(*one[1:]) + hypot(*other[1:])) / 2)
    (chroma1, hue1), (chroma2, hue2) = (_polar(lab, stretch) for lab in (one, other))
    turn = (hue2 - hue1 + 180) % 360 - 180
    chroma, hue = (chroma1 + chroma2) / 2, (hue1 + turn / 2) % 360
    middle = ((one[0] + other[0]) / 2 - 50) ** 2
    lightness = (other[0] - one[0]) / (1 + 0.015 * middle / sqrt(20 + middle))
    width = (chroma2 - chroma1) / (1 + 0.045 * chroma)
    round_about = 2 * sqrt(chroma1 * chroma2) * sin(radians(turn / 2))
    round_about /= 1 + 0.015 * chroma * _hue_weight(hue)
    blue = -sin(radians(60 * exp(-(((hue - 275) / 25) ** 2)))) * 2 * _far(chroma)
    return sqrt(lightness**2 + width**2 + round_about**2 + blue * width * round_about)


def _far(chroma: float) -> float:
    return sqrt(chroma**7 / (chroma**7 + _FAR))


def _stretch(chroma: float) -> float:
    """Greys are told apart by a little more red or green."""
    return 1 + (1 - _far(chroma)) / 2


def _polar(lab: Triple, stretch: float) -> tuple[float, float]:
    a, b = lab[1] * stretch, lab[2]
    return hypot(a, b), degrees(atan2(b, a)) % 360


def _hue_weight(hue: float) -> float:
    return (
        1
        - 0.17 * cos(radians(hue - 30))
        + 0.24 * cos(radians(2 * hue))
        + 0.32 * cos(radians(3 * hue + 6))
        - 0.20 * cos(radians(4 * hue - 63))
    )
