"""Hair: what falls behind the body, and what lies on the head."""

from __future__ import annotations

import math

import numpy as np
import skia

from canvas import Point
from character import Character
from colours import shade
from pen import Pen


def volume(character: Character) -> float:
    return 1.06 + 0.1 * character.hair_size


def draw_back_hair(pen: Pen, character: Character, rng: np.random.Generator) -> None:
    """Everything behind the head and the body."""
    hair = shade(character.hair.rgb, 0.12)
    size, v = character.hair_size, volume(character)
    lean = -0.12 * character.yaw
    reach = 1.0 + 0.55 * (2 * character.heads - 2)
    match character.hair_style:
        case "long":
            end = 1.3 + (reach - 0.9) * size
            wide = rng.uniform(0.95, 1.35)
            tips = [(wide * (1 - 0.5 * k) + lean, end - 0.2 * (k % 2)) for k in range(5)]
            pen.shape(
                [(lean, -v), (v * 0.95, -0.4), (v * 1.02 + lean, 0.6), *tips]
                + [(-v * 1.02 + lean, 0.6), (-v * 0.95, -0.4)],
                hair,
            )
        case "bob":
            end = 0.75 + 0.5 * size
            pen.shape(
                [(lean, -v), (v, -0.3), (v * 1.1 + lean, end * 0.7), (0.75 + lean, end)]
                + [
                    (lean, end * 0.9),
                    (-0.75 + lean, end),
                    (-v * 1.1 + lean, end * 0.7),
                    (-v, -0.3),
                ],
                hair,
            )
        case "twintails":
            for side in (-1, 1):
                draw_tail(pen, (side * 0.85, -0.4), side, 1.0 + reach * size, character, rng)
        case "ponytail":
            side = 1 if rng.random() < 0.5 else -1
            side = -int(math.copysign(1, character.yaw)) if abs(character.yaw) > 0.3 else side
            draw_tail(pen, (side * 0.55, -0.8), side, 0.9 + reach * size, character, rng)
        case "spiky":
            count = int(rng.integers(7, 12))
            pen.hard(star(count, 0.95, 1.25 + 0.5 * size, -math.pi * 1.15, math.pi * 0.15), hair)
        case "curly":
            for index in range(9):
                angle = math.pi * (0.92 + 1.16 * index / 8)
                centre = (1.0 * math.cos(angle), 1.0 * math.sin(angle) + 0.05)
                pen.oval(centre, 0.34 + 0.28 * size, 0.34 + 0.28 * size, hair)
        case "buns":
            turn = rng.uniform(0.5, 1.0)
            radius = 0.32 + 0.34 * size
            for side in (-1, 1):
                bun = (side * math.sin(turn) * 1.2 + lean, -math.cos(turn) * 1.25)
                pen.oval(bun, radius, radius, hair)
        case "bun":
            radius = 0.32 + 0.4 * size
            pen.oval((lean * 2, -1.0 - radius * 0.8), radius * 1.05, radius, hair)
        case _:
            pass
    if character.hair_style in ("short", "buns", "bun", "ponytail", "twintails", "braids", "spiky"):
        pen.shape(
            [(0, -v), (v, -0.3), (v + lean, 0.35), (0.6 + lean, 0.8)]
            + [(-0.6 + lean, 0.8), (-v + lean, 0.35), (-v, -0.3)],
            hair,
        )


def draw_tail(
    pen: Pen, root: Point, side: int, length: float, character: Character, rng: np.random.Generator
) -> None:
    x, y = root
    wide = rng.uniform(0.28, 0.55)
    out = rng.uniform(0.25, 0.9)
    pen.shape(
        [
            (x, y - 0.15),
            (x + side * (out + wide * 0.6), y + length * 0.12),
            (x + side * (out + wide), y + length * 0.5),
            (x + side * (out + wide * 0.2), y + length),
            (x + side * (out - wide * 0.5), y + length * 0.55),
            (x + side * 0.1, y + 0.3),
        ],
        character.hair.rgb,
    )
    pen.oval((x + side * 0.12, y), 0.13, 0.13, character.accent.rgb)


def star(count: int, inner: float, outer: float, first: float, last: float) -> list[Point]:
    """Spikes between two angles, closed across the head."""
    points: list[Point] = []
    for index in range(2 * count + 1):
        angle = first + (last - first) * index / (2 * count)
        reach = outer if index % 2 else inner
        points.append((reach * math.cos(angle), reach * math.sin(angle)))
    return points


def draw_front_hair(pen: Pen, character: Character, rng: np.random.Generator) -> None:
    """Cap, fringe and side locks, over the face."""
    hair, v = character.hair.rgb, volume(character)
    lean = 0.22 * character.yaw
    outer: list[Point] = []
    for index in range(9):
        angle = math.pi * (0.98 + 1.04 * index / 8)
        outer.append((v * math.cos(angle), v * math.sin(angle)))
    edge = [(x + lean * (1 - x * x), y) for x, y in fringe(character.fringe, rng)]
    if rng.random() < 0.5:
        edge = [(-x, y) for x, y in reversed(edge)]
    # Straight edges: rounding would swallow the tips of the fringe.
    cap = pen.hard(outer + edge, hair)
    if pen.style.shading != "flat" and rng.random() < 0.6:
        draw_shine(pen, cap, character, v)
    lock = rng.choice([0.0, 0.45, 0.9, 1.4]) if character.person == "girl" else 0.3
    if lock > 0.2:
        for side in (-1, 1):
            x = side * 0.93
            pen.hard(
                [
                    (x, -0.25),
                    (x + side * 0.12, lock * 0.5),
                    (x, lock),
                    (x - side * 0.2, lock * 0.35),
                ]
                + [(x - side * 0.2, -0.2)],
                hair,
            )
    if character.hair_style == "braids":
        for side in (-1, 1):
            for index in range(int(3 + 4 * character.hair_size)):
                centre = (side * 1.0, 0.55 + 0.3 * index)
                pen.oval(centre, 0.2, 0.2, hair)
    if character.hair_style == "curly":
        for index in range(6):
            pen.oval((-0.8 + 0.32 * index, -0.72), 0.26, 0.26, hair)


def draw_shine(pen: Pen, cap: skia.Path, character: Character, v: float) -> None:
    """The band of light that drawn and rendered hair wears around the crown."""
    lean = 0.3 * character.yaw
    pen.target.save()
    pen.target.clipPath(cap, doAntiAlias=True)
    band = [(-0.62 * v + lean, -0.52 * v), (lean, -0.9 * v), (0.62 * v + lean, -0.52 * v)]
    pen.line(band, shade(character.hair.rgb, -0.38), 0.11)
    pen.target.restore()


def fringe(kind: str, rng: np.random.Generator) -> list[Point]:
    """The hairline from the right temple to the left one."""
    level = rng.uniform(-0.35, -0.1)
    match kind:
        case "blunt":
            return [(0.96, 0.1), (0.9, level), (0.3, level + 0.04), (-0.3, level + 0.04)] + [
                *((-0.9, level), (-0.96, 0.1))
            ]
        case "jagged":
            count = int(rng.integers(3, 7))
            points: list[Point] = [(0.97, 0.1)]
            for index in range(2 * count + 1):
                x = 0.88 - 1.76 * index / (2 * count)
                points.append((x, -0.58 if index % 2 == 0 else level + 0.12))
            return [*points, (-0.97, 0.1)]
        case "parted":
            part = rng.uniform(-0.4, 0.4)
            return [(0.98, 0.2), (0.8, -0.2), (part + 0.25, -0.55), (part, -0.85)] + [
                *((part - 0.25, -0.55), (-0.8, -0.2), (-0.98, 0.2))
            ]
        case "swept":
            return [(0.97, 0.05), (0.85, -0.5), (0.6, -0.72), (0.1, -0.4), (-0.5, -0.1)] + [
                *((-0.75, 0.08), (-0.8, -0.15), (-0.97, 0.2))
            ]
        case _:
            return [(0.98, 0.0), (0.8, -0.45), (0.4, -0.74), (0, -0.82), (-0.4, -0.74)] + [
                *((-0.8, -0.45), (-0.98, 0.0))
            ]
