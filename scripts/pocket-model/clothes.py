"""Legs, clothes and arms, from the hips outwards."""

from __future__ import annotations

import numpy as np

from canvas import Point, Rgb
from character import Character
from colours import shade
from figure import Figure
from pen import Pen

WHITE: Rgb = (0.97, 0.97, 0.98)
LONG_LEGS = ("shirt and trousers", "overalls")


def between(start: Point, end: Point, share: float) -> Point:
    return (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)


def part_of(joints: list[Point], first: float, last: float) -> list[Point]:
    """The stretch of a three-joint limb from one share of its length to another."""

    def at(share: float) -> Point:
        if share <= 0.5:
            return between(joints[0], joints[1], share * 2)
        return between(joints[1], joints[2], share * 2 - 1)

    middle = [joints[1]] if first < 0.5 < last else []
    return [at(first), *middle, at(last)]


def draw_legs(pen: Pen, character: Character, figure: Figure) -> None:
    trousers = character.outfit in LONG_LEGS
    for joints in figure.legs:
        width = figure.leg_width
        if trousers:
            pen.limb(joints, width * 1.15, character.bottom.rgb, 0.85)
        else:
            pen.limb(joints, width, character.skin.rgb, 0.75)
            if character.sock_height > 0:
                top = max(0.3, 1 - 0.5 * character.sock_height)
                pen.limb(part_of(joints, top, 1), width * 0.92, character.socks.rgb, 0.85)
        if character.boots and not trousers:
            pen.limb(part_of(joints, 0.62, 1), width * 1.2, character.shoes.rgb, 0.9)
        draw_shoe(pen, character, joints, width)
    if character.outfit in ("shirt and shorts", "hoodie"):
        for joints in figure.legs:
            pen.limb(part_of(joints, 0, 0.36), figure.leg_width * 1.4, character.bottom.rgb, 1.08)


def draw_shoe(pen: Pen, character: Character, joints: list[Point], width: float) -> None:
    x, y = joints[2]
    toe = 0.3 * character.yaw * width
    half = width * (0.55 + 0.2 * abs(character.yaw))
    sole = [(x - half + toe, y + width * 0.35), (x + half + toe, y + width * 0.35)]
    top = [(x + width * 0.4, y - width * 0.25), (x - width * 0.4, y - width * 0.25)]
    pen.shape(
        [*sole, (x + half + toe, y + 0.05), *top, (x - half + toe, y + 0.05)], character.shoes.rgb
    )


def draw_skirt(
    pen: Pen, figure: Figure, rgb: Rgb, length: float, flare: float, trim: Rgb | None
) -> None:
    top, bottom = figure.waist_y, figure.hip_y + length
    wide = figure.hip * flare
    corners = [(figure.waist, top), (wide, bottom), (wide * 0.4, bottom + 0.06)] + [
        *((-wide * 0.4, bottom + 0.06), (-wide, bottom), (-figure.waist, top))
    ]
    pen.hard(corners, rgb)
    for share in (-0.5, 0.0, 0.5):  # pleats
        pen.line(
            [(figure.waist * share, top + 0.2), (wide * share, bottom)],
            shade(rgb, 0.3),
            0.03,
        )
    if trim is not None:
        pen.line([(-wide, bottom - 0.08), (wide, bottom - 0.08)], trim, 0.09)


def draw_torso(pen: Pen, character: Character, figure: Figure, rgb: Rgb) -> None:
    s, y, hip = figure.shoulder, figure.top_y, figure.hip_y
    pen.limb([(0, 0.6), (0, y + 0.1)], 0.36 + 0.12 * s, character.skin.rgb)
    pen.shape(
        [
            (0.22, y - 0.04),
            (s * 0.86, y + 0.06),
            (s, y + 0.22),
            (figure.waist, figure.waist_y),
            (figure.hip, hip),
            (0, hip + 0.08),
            (-figure.hip, hip),
            (-figure.waist, figure.waist_y),
            (-s, y + 0.22),
            (-s * 0.86, y + 0.06),
            (-0.22, y - 0.04),
        ],
        rgb,
    )


def draw_clothes(pen: Pen, character: Character, figure: Figure, rng: np.random.Generator) -> None:
    """Torso and what hangs from the waist; sleeves come with the arms."""
    top, bottom, trim = character.top.rgb, character.bottom.rgb, character.trim.rgb
    length = figure.leg * rng.uniform(0.28, 0.5)
    border = trim if rng.random() < 0.5 else None
    middle = figure.shoulder * 0.18 * character.yaw
    y = figure.top_y
    match character.outfit:
        case "dress":
            draw_skirt(
                pen, figure, top, length * rng.uniform(0.9, 1.7), rng.uniform(1.4, 2.1), border
            )
            draw_torso(pen, character, figure, top)
            if rng.random() < 0.5:
                waist = figure.waist_y
                pen.limb([(-figure.waist, waist), (figure.waist, waist)], 0.16, trim)
        case "shirt and skirt":
            draw_torso(pen, character, figure, top)
            draw_skirt(pen, figure, bottom, length, rng.uniform(1.3, 1.8), border)
        case "sailor uniform":
            draw_torso(pen, character, figure, WHITE)
            draw_skirt(pen, figure, bottom, length, 1.5, None)
            pen.hard(
                [(-0.5, y), (0.5, y), (0.5, y + 0.3), (middle, y + 0.55), (-0.5, y + 0.3)], bottom
            )
            bow = (middle, y + 0.5)
            pen.hard([bow, (bow[0] + 0.3, y + 0.4), (bow[0] + 0.3, y + 0.7)], trim)
            pen.hard([bow, (bow[0] - 0.3, y + 0.4), (bow[0] - 0.3, y + 0.7)], trim)
        case "coat":
            draw_torso(pen, character, figure, top)
            draw_skirt(pen, figure, top, figure.leg * 0.5, 1.35, None)
            pen.line(
                [(middle, y + 0.1), (middle, figure.hip_y + figure.leg * 0.5)],
                shade(top, 0.5),
                0.05,
            )
            for share in (0.3, 0.55, 0.8):
                pen.oval((middle + 0.12, y + share * (figure.hip_y - y)), 0.06, 0.06, trim, False)
        case "robe":
            draw_torso(pen, character, figure, top)
            draw_skirt(pen, figure, top, figure.leg * 0.8, 1.25, border)
            pen.line([(-0.3, y), (middle + 0.1, figure.waist_y)], trim, 0.1)
            pen.line([(0.3, y), (middle, y + 0.4)], trim, 0.1)
            waist = figure.waist_y
            pen.limb([(-figure.waist, waist), (figure.waist, waist)], 0.3, trim)
        case "overalls":
            draw_torso(pen, character, figure, top)
            half, chest = figure.waist * 0.6, y + 0.35 * (figure.hip_y - y)
            pen.hard(
                [(-half, chest), (half, chest), (figure.waist, figure.waist_y)]
                + [(figure.hip, figure.hip_y + 0.08), (-figure.hip, figure.hip_y + 0.08)]
                + [(-figure.waist, figure.waist_y)],
                bottom,
            )
            for side in (-1, 1):
                pen.line([(side * half * 0.8, chest), (side * half, y + 0.05)], bottom, 0.13)
        case _:
            draw_torso(pen, character, figure, top)
            draw_top_detail(pen, character, figure, middle, rng)
            if character.outfit != "hoodie" or rng.random() < 0.5:
                waist, hip = figure.waist, figure.hip
                low = figure.hip_y + 0.1
                pen.hard(
                    [(-waist, figure.waist_y + 0.1), (waist, figure.waist_y + 0.1), (hip, low)]
                    + [(-hip, low)],
                    bottom,
                )
    if rng.random() < 0.3:
        for side in (-1, 1):  # a collar
            pen.hard([(0, y - 0.02), (side * 0.35, y - 0.02), (side * 0.3, y + 0.25)], trim)


def draw_top_detail(
    pen: Pen, character: Character, figure: Figure, middle: float, rng: np.random.Generator
) -> None:
    """Stripes, a bar, a badge, a zip or nothing."""
    trim, y, low = character.trim.rgb, figure.top_y, figure.waist_y
    half = min(figure.shoulder, figure.waist) * 0.93
    match int(rng.integers(6)):
        case 0:
            for share in (0.35, 0.6, 0.85):
                level = y + share * (low - y) + 0.1
                pen.line([(-half, level), (half, level)], trim, 0.1)
        case 1:
            level = y + 0.5 * (low - y) + 0.1
            pen.line([(-half, level), (half, level)], trim, 0.2)
        case 2:
            pen.oval((middle, y + 0.55 * (low - y)), 0.2, 0.2, trim)
        case 3:
            pen.line([(middle, y + 0.05), (middle, low)], trim, 0.07)
        case _:
            pass
    if character.outfit == "hoodie":
        pen.shape(
            [(-0.5, y + 0.05), (0, y + 0.32), (0.5, y + 0.05), (0, y - 0.1)],
            shade(character.top.rgb, 0.2),
        )


def draw_arms(pen: Pen, character: Character, figure: Figure, sides: tuple[int, ...]) -> None:
    sleeves = character.sleeves
    if character.outfit in ("coat", "robe", "hoodie"):
        sleeves = "long"
    colour = WHITE if character.outfit == "sailor uniform" else character.top.rgb
    for index in sides:
        joints, width = figure.arms[index], figure.arm_width
        hand = (0.97, 0.97, 0.97) if "gloves" in character.extras else character.skin.rgb
        pen.oval(between(joints[1], joints[2], 1.08), width * 0.55, width * 0.55, hand)
        pen.limb(joints, width, character.skin.rgb, 0.8)
        if "gloves" in character.extras:
            pen.limb(part_of(joints, 0.8, 1), width * 1.15, hand)
        match sleeves:
            case "short":
                pen.limb(part_of(joints, 0, 0.36), width * 1.25, colour, 1.1)
            case "puffy":
                centre = between(joints[0], joints[1], 0.35)
                pen.oval(centre, width * 0.85, width * 0.85, colour)
            case "long":
                taper = 1.6 if character.outfit == "robe" else 0.95
                pen.limb(part_of(joints, 0, 0.93), width * 1.2, colour, taper)
            case _:
                pass
