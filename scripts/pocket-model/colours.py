"""Named colours, as ranges of hue, saturation and value, and what shading makes of them."""

from __future__ import annotations

import colorsys

import numpy as np

from canvas import Rgb

# (hue in degrees, saturation, value), each as (low, high).
Range = tuple[tuple[float, float], tuple[float, float], tuple[float, float]]

HAIR: dict[str, Range] = {
    "black": ((200, 280), (0.0, 0.35), (0.06, 0.17)),
    "brown": ((15, 28), (0.5, 0.75), (0.3, 0.48)),
    "blonde": ((44, 52), (0.4, 0.68), (0.92, 1.0)),
    "red": ((352, 365), (0.78, 0.95), (0.62, 0.88)),
    "orange": ((22, 30), (0.8, 0.95), (0.92, 1.0)),
    "pink": ((325, 345), (0.32, 0.55), (0.94, 1.0)),
    "purple": ((268, 286), (0.45, 0.75), (0.5, 0.82)),
    "blue": ((205, 230), (0.55, 0.9), (0.55, 0.95)),
    "green": ((95, 150), (0.45, 0.85), (0.4, 0.8)),
    "white": ((200, 260), (0.0, 0.06), (0.93, 1.0)),
}

CLOTH: dict[str, Range] = {
    "red": ((350, 366), (0.75, 0.95), (0.65, 0.95)),
    "blue": ((205, 235), (0.6, 0.95), (0.45, 0.95)),
    "green": ((95, 150), (0.45, 0.9), (0.35, 0.8)),
    "yellow": ((47, 56), (0.6, 0.95), (0.92, 1.0)),
    "pink": ((322, 345), (0.3, 0.6), (0.92, 1.0)),
    "purple": ((265, 288), (0.45, 0.8), (0.45, 0.8)),
    "orange": ((20, 32), (0.75, 0.95), (0.9, 1.0)),
    "white": ((0, 360), (0.0, 0.05), (0.94, 1.0)),
    "black": ((0, 360), (0.0, 0.3), (0.08, 0.2)),
    "brown": ((15, 30), (0.45, 0.75), (0.3, 0.5)),
    "grey": ((0, 360), (0.0, 0.1), (0.4, 0.7)),
    "teal": ((165, 185), (0.6, 0.95), (0.5, 0.9)),
}

EYES = ("blue", "green", "brown", "red", "purple", "yellow", "pink", "teal", "black", "orange")

SKIN: dict[str, Range] = {
    "pale": ((5, 28), (0.06, 0.16), (0.97, 1.0)),
    "fair": ((10, 28), (0.18, 0.32), (0.94, 1.0)),
    "tanned": ((20, 30), (0.38, 0.5), (0.75, 0.88)),
    "dark": ((16, 26), (0.5, 0.65), (0.38, 0.6)),
}


def sample(colours: dict[str, Range], name: str, rng: np.random.Generator) -> Rgb:
    hue, saturation, value = (rng.uniform(*part) for part in colours[name])
    return colorsys.hsv_to_rgb(hue / 360 % 1, saturation, value)


def shade(rgb: Rgb, amount: float) -> Rgb:
    """Darker, more saturated and a little bluer, as cel shading has it; below 0: lighter."""
    if amount < 0:
        red, green, blue = (part + (1 - part) * -amount for part in rgb)
        return (red, green, blue)
    hue, saturation, value = colorsys.rgb_to_hsv(*rgb)
    saturation = min(1.0, saturation + 0.25 * amount * (saturation > 0.03))
    red, green, blue = colorsys.hsv_to_rgb(hue, saturation, value * (1 - amount))
    return (red, green, min(1.0, blue + 0.06 * amount))
