"""Head, eyes, brows, mouth: in head radii, around the head's centre."""

from __future__ import annotations

import numpy as np
import skia

from canvas import Point, Rgb, fill_paint, gradient_paint
from character import Character
from colours import shade
from pen import Pen

WHITE: Rgb = (1.0, 1.0, 1.0)
DARK: Rgb = (0.1, 0.07, 0.1)


def draw_head(pen: Pen, character: Character, rng: np.random.Generator) -> None:
    skin = character.skin.rgb
    shift = 0.12 * character.yaw
    jaw = rng.uniform(0.62, 0.86) if character.heads < 3.2 else rng.uniform(0.5, 0.7)
    chin = rng.uniform(0.95, 1.05)
    for side in (-1, 1):
        if side * character.yaw < 0.5:
            pen.oval((side * 0.95 - 0.1 * character.yaw, 0.16), 0.13, 0.2, skin)
    pen.shape(
        [
            (0, -1),
            (0.72, -0.7),
            (0.96, -0.05),
            (0.86 + shift * 0.3, 0.45),
            (jaw * 0.72 + shift, 0.84),
            (jaw * 0.25 + shift, chin),
            (-jaw * 0.25 + shift, chin),
            (-jaw * 0.72 + shift, 0.84),
            (-0.86 + shift * 0.3, 0.45),
            (-0.96, -0.05),
            (-0.72, -0.7),
        ],
        skin,
    )


def draw_face(pen: Pen, character: Character, pitch: float, rng: np.random.Generator) -> None:
    skin, yaw = character.skin.rgb, character.yaw
    middle = 0.33 * yaw
    level = rng.uniform(0.08, 0.24) + pitch * 0.6
    apart = rng.uniform(0.36, 0.45)
    blush = rng.random() < 0.4
    plain = rng.random() < 0.2
    for side in (-1, 1):
        # The eye on the far side of a turned head is narrower and nearer the middle.
        narrow = 1 - 0.45 * max(0.0, side * yaw)
        centre = (middle + side * apart * (1 - 0.25 * max(0.0, side * yaw)), level)
        if blush:
            pink = (0.98, 0.55, 0.55)
            spot = (centre[0] + side * 0.1, level + 0.38)
            pen.target.drawOval(oval(spot, 0.15 * narrow, 0.08), fill_paint(pink, 0.7))
        draw_eye(pen, character, centre, side, narrow, plain)
        draw_brow(pen, character, centre, side, narrow)
    draw_mouth(pen, character, (middle * 1.1, level + 0.5))
    if rng.random() < 0.7:
        tip = (middle * 1.25, level + 0.25)
        pen.line([tip, (tip[0] + 0.03, tip[1] + 0.04)], shade(skin, 0.45), 0.045)


def oval(centre: Point, rx: float, ry: float) -> skia.Rect:
    return skia.Rect(centre[0] - rx, centre[1] - ry, centre[0] + rx, centre[1] + ry)


def draw_eye(
    pen: Pen, character: Character, centre: Point, side: int, narrow: float, plain: bool
) -> None:
    x, y = centre
    rx = 0.19 * character.eye_size * narrow
    ry = 0.27 * character.eye_size * (0.82 if character.person == "boy" else 1.0)
    lash = shade(character.hair.rgb, 0.75) if character.style.line is None else DARK
    if character.expression == "closed eyes":
        pen.line([(x - rx, y + 0.05), (x, y - 0.17), (x + rx, y + 0.05)], lash, 0.08)
        return
    if character.expression == "surprised":
        rx, ry = rx * 1.08, ry * 1.08
    if plain:  # the dot eyes of very simple drawings
        pen.target.drawOval(oval(centre, rx * 0.6, ry * 0.75), fill_paint(DARK))
        pen.target.drawOval(oval((x - 0.04, y - 0.1), 0.05, 0.06), fill_paint(WHITE))
        return
    pen.target.drawOval(oval(centre, rx, ry), fill_paint(WHITE))
    iris = character.eyes.rgb
    ix = x + 0.04 * character.yaw
    top, bottom = (ix, y - ry), (ix, y + ry)
    paint = gradient_paint(top, bottom, shade(iris, 0.55), shade(iris, -0.25))
    pen.target.drawOval(oval((ix, y + 0.02), rx * 0.82, ry * 0.9), paint)
    pen.target.drawOval(oval((ix, y), rx * 0.4, ry * 0.45), fill_paint(shade(iris, 0.8)))
    pen.target.drawOval(oval((ix - rx * 0.3, y - ry * 0.4), rx * 0.3, ry * 0.27), fill_paint(WHITE))
    pen.target.drawOval(
        oval((ix + rx * 0.3, y + ry * 0.4), rx * 0.15, ry * 0.14), fill_paint(WHITE)
    )
    inner, outer = (x - side * rx, y - ry * 0.55), (x + side * rx * 1.15, y - ry * 0.35)
    pen.line([inner, (x, y - ry * 1.55), outer], lash, 0.08)
    if character.person == "girl":
        pen.line([outer, (x + side * rx * 1.5, y - ry * 0.75)], lash, 0.05)


def draw_brow(pen: Pen, character: Character, centre: Point, side: int, narrow: float) -> None:
    slope = {"angry": 0.16, "surprised": -0.06}.get(character.expression, -0.02)
    lift = 0.5 if character.expression == "surprised" else 0.42
    x, y = centre[0], centre[1] - lift * character.eye_size
    reach = 0.17 * narrow
    inner, outer = (x - side * reach, y + slope), (x + side * reach, y + 0.03 - slope * 0.5)
    width = 0.075 if character.person == "boy" else 0.05
    pen.line([inner, (x, y - 0.05), outer], shade(character.hair.rgb, 0.35), width)


def draw_mouth(pen: Pen, character: Character, centre: Point) -> None:
    x, y = centre
    line = shade(character.skin.rgb, 0.7)
    match character.expression:
        case "smiling" | "closed eyes":
            pen.line([(x - 0.17, y), (x, y + 0.17), (x + 0.17, y)], line, 0.05)
        case "open mouth":
            path = skia.Path()
            path.moveTo(x - 0.17, y - 0.04)
            path.quadTo(x, y + 0.45, x + 0.17, y - 0.04)
            path.close()
            pen.target.drawPath(path, fill_paint((0.72, 0.2, 0.22)))
        case "surprised":
            pen.target.drawOval(oval((x, y + 0.04), 0.07, 0.1), fill_paint((0.55, 0.15, 0.18)))
        case "angry":
            pen.line([(x - 0.12, y + 0.06), (x, y - 0.05), (x + 0.12, y + 0.06)], line, 0.05)
        case _:
            pen.line([(x - 0.09, y + 0.02), (x, y + 0.05), (x + 0.09, y + 0.02)], line, 0.045)
