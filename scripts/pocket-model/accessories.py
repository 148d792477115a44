"""What a character wears on the head and carries on the body."""

from __future__ import annotations

import math

import numpy as np

from character import Character
from colours import shade
from figure import Figure
from pen import Pen


def draw_behind(pen: Pen, character: Character, figure: Figure, rng: np.random.Generator) -> None:
    """Capes, wings, backpacks and tails."""
    rgb, s = character.accent.rgb, figure.shoulder
    y, low = figure.top_y, figure.hip_y
    if "cape" in character.extras:
        end = low + figure.leg * rng.uniform(0.3, 0.8)
        wide = s * rng.uniform(1.3, 1.9)
        pen.hard([(-s * 0.7, y), (s * 0.7, y), (wide, end), (0, end + 0.1), (-wide, end)], rgb)
    if "wings" in character.extras:
        span, lift = rng.uniform(1.0, 1.9), rng.uniform(0.2, 0.9)
        for side in (-1, 1):
            pen.shape(
                [
                    (side * s * 0.4, y + 0.3),
                    (side * (s + span * 0.6), y - lift),
                    (side * (s + span), y - lift * 0.3),
                    (side * (s + span * 0.8), y + 0.4),
                    (side * (s + span * 0.4), y + 0.8),
                    (side * s * 0.4, y + 0.9),
                ],
                rgb,
            )
    if "backpack" in character.extras:
        shift = -0.45 * character.yaw * s
        pen.shape(
            [(shift - s * 1.05, y + 0.15), (shift + s * 1.05, y + 0.15)]
            + [(shift + s * 1.1, low - 0.1), (shift - s * 1.1, low - 0.1)],
            rgb,
        )
    if "tail" in character.extras:
        side = 1 if rng.random() < 0.5 else -1
        reach = rng.uniform(0.7, 1.2)
        pen.limb(
            [(0, low), (side * reach * 0.8, low + 0.2), (side * (reach + 0.2), low - 0.6)],
            0.22,
            character.hair.rgb,
            0.8,
        )


def draw_on_body(pen: Pen, character: Character, figure: Figure) -> None:
    rgb, y = character.accent.rgb, figure.top_y
    middle = figure.shoulder * 0.18 * character.yaw
    if "scarf" in character.extras:
        pen.limb([(-0.45, y + 0.02), (0.45, y + 0.02)], 0.32, rgb)
        pen.limb([(0.25, y + 0.1), (0.35, y + 0.8)], 0.24, rgb)
    if "necktie" in character.extras:
        pen.hard(
            [
                (middle, y + 0.05),
                (middle + 0.13, y + 0.6),
                (middle, y + 0.75),
                (middle - 0.13, y + 0.6),
            ],
            rgb,
        )
    if "backpack" in character.extras:
        for side in (-1, 1):
            x = side * figure.shoulder * 0.6
            pen.line([(x, y + 0.05), (x * 1.15, y + 0.5), (x, y + 0.9)], shade(rgb, 0.3), 0.12)


def draw_on_face(pen: Pen, character: Character) -> None:
    rgb = character.accent.rgb
    if "glasses" in character.extras:
        middle, level = 0.33 * character.yaw, 0.2
        for side in (-1, 1):
            x = middle + side * 0.38
            points = [
                (x + 0.27 * math.cos(t), level + 0.25 * math.sin(t))
                for t in np.linspace(0, 2 * math.pi, 14)
            ]
            pen.line(points, shade(rgb, 0.3), 0.06)
        pen.line([(middle - 0.12, level), (middle + 0.12, level)], shade(rgb, 0.3), 0.06)
    if "earrings" in character.extras:
        for side in (-1, 1):
            pen.oval((side * 0.98 - 0.1 * character.yaw, 0.45), 0.09, 0.11, rgb)


def draw_headwear(pen: Pen, character: Character, rng: np.random.Generator) -> None:
    rgb, hair, lean = character.accent.rgb, character.hair.rgb, 0.15 * character.yaw
    match character.headwear:
        case "cat ears":
            for side in (-1, 1):
                pen.hard([(side * 0.25, -0.98), (side * 0.85, -0.65), (side * 0.78, -1.5)], hair)
                pen.hard(
                    [(side * 0.42, -1.0), (side * 0.72, -0.82), (side * 0.7, -1.25)],
                    (1.0, 0.7, 0.72),
                    False,
                )
        case "bunny ears":
            for side in (-1, 1):
                x = side * rng.uniform(0.3, 0.45)
                pen.oval((x + side * 0.1, -1.7), 0.22, 0.75, rgb)
                pen.oval((x + side * 0.1, -1.65), 0.1, 0.5, (1.0, 0.72, 0.75), False)
        case "horns":
            for side in (-1, 1):
                pen.shape([(side * 0.4, -0.95), (side * 0.75, -0.75), (side * 1.0, -1.55)], rgb)
        case "hat":
            pen.shape([(-0.85, -0.62), (-0.7, -1.4), (0.7, -1.4), (0.85, -0.62)], rgb)
            pen.oval((lean, -0.62), 1.35, 0.22, rgb)
        case "cap":
            pen.shape(
                [(-1.08, -0.35), (-0.8, -1.05), (0, -1.25), (0.8, -1.05), (1.08, -0.35), (0, -0.5)],
                rgb,
            )
            pen.oval((lean * 4, -0.42), 0.85, 0.17, shade(rgb, 0.2))
        case "witch hat":
            pen.hard([(-0.8, -0.6), (rng.uniform(-0.5, 0.5), -2.3), (0.8, -0.6)], rgb)
            pen.oval((lean, -0.6), 1.5, 0.26, rgb)
            pen.limb([(-0.75, -0.78), (0.75, -0.78)], 0.17, character.trim.rgb)
        case "straw hat":
            straw = (0.93, 0.8, 0.5)
            pen.shape([(-0.8, -0.62), (-0.6, -1.25), (0.6, -1.25), (0.8, -0.62)], straw)
            pen.limb([(-0.8, -0.75), (0.8, -0.75)], 0.17, rgb)
            pen.oval((lean, -0.6), 1.55, 0.25, straw)
        case "beanie":
            pen.shape(
                [(-1.08, -0.4), (-0.85, -1.1), (0, -1.35), (0.85, -1.1), (1.08, -0.4), (0, -0.45)],
                rgb,
            )
            pen.oval((0, -1.42), 0.2, 0.2, shade(rgb, -0.4))
        case "crown":
            gold = (0.98, 0.8, 0.2)
            pen.hard(
                [
                    (-0.6, -0.85),
                    (-0.7, -1.5),
                    (-0.3, -1.15),
                    (0, -1.6),
                    (0.3, -1.15),
                    (0.7, -1.5),
                    (0.6, -0.85),
                ],
                gold,
            )
        case "hair bow":
            x, y = rng.uniform(-0.7, 0.7), -1.0
            for side in (-1, 1):
                pen.shape([(x, y), (x + side * 0.5, y - 0.32), (x + side * 0.5, y + 0.28)], rgb)
            pen.oval((x, y), 0.13, 0.13, shade(rgb, 0.15))
        case "headband":
            pen.line([(-1.02, -0.35), (lean, -1.15), (1.02, -0.35)], rgb, 0.16)
        case "hairpin":
            x = rng.choice([-0.6, 0.6])
            pen.hard([(x - 0.25, -0.5), (x + 0.2, -0.62), (x + 0.25, -0.5), (x - 0.2, -0.38)], rgb)
        case "headphones":
            pen.line([(-1.1, -0.1), (0, -2.2), (1.1, -0.1)], shade(rgb, 0.2), 0.13)
            for side in (-1, 1):
                pen.oval((side * 1.08, 0.1), 0.2, 0.33, rgb)
        case "halo":
            points = [
                (0.65 * math.cos(t), -1.55 + 0.17 * math.sin(t))
                for t in np.linspace(0, 2 * math.pi, 24)
            ]
            pen.line(points, (1.0, 0.85, 0.25), 0.1)
        case "antenna":
            tip = (rng.uniform(-0.7, 0.7), rng.uniform(-1.9, -1.5))
            pen.line([(tip[0] * 0.4, -0.95), tip], shade(rgb, 0.4), 0.07)
            pen.oval(tip, 0.16, 0.16, rgb)
        case "flower":
            x, y = float(rng.choice([-0.75, 0.75])), -0.75
            for index in range(5):
                angle = 2 * math.pi * index / 5
                pen.oval((x + 0.18 * math.cos(angle), y + 0.18 * math.sin(angle)), 0.15, 0.15, rgb)
            pen.oval((x, y), 0.1, 0.1, (1.0, 0.85, 0.3))
        case _:
            pass
