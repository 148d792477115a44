"""Backgrounds, painted over the whole canvas before the character."""

from __future__ import annotations

import colorsys
import math

import numpy as np

from canvas import Canvas, Rgb, fill_paint, gradient_paint, polygon, smooth
from colours import CLOTH, sample, shade

PLACES = [
    "beach",
    "forest",
    "city",
    "room",
    "sky",
    "night",
    "snow",
    "mountains",
    "meadow",
    "sunset",
]


def random_background(rng: np.random.Generator) -> str:
    """What the caption calls it; nearly half the pictures stand on plain white."""
    kind = rng.random()
    if kind < 0.45:
        return "white background"
    if kind < 0.6:
        return f"{rng.choice(list(CLOTH))} background"
    if kind < 0.66:
        return "gradient background"
    return str(rng.choice(PLACES))


def vary(rgb: Rgb, rng: np.random.Generator, amount: float = 0.05) -> Rgb:
    hue, saturation, value = colorsys.rgb_to_hsv(*rgb)
    saturation = float(np.clip(saturation + rng.normal(0, amount), 0, 1))
    value = float(np.clip(value + rng.normal(0, amount), 0, 1))
    return colorsys.hsv_to_rgb((hue + rng.normal(0, amount * 0.3)) % 1, saturation, value)


def draw_background(canvas: Canvas, name: str, rng: np.random.Generator) -> None:
    size, draw = float(canvas.size), canvas.draw
    if name == "white background":
        draw.drawPaint(fill_paint((1, 1, 1)))
        return
    if name == "gradient background":
        first, last = (sample(CLOTH, str(rng.choice(list(CLOTH))), rng) for _ in range(2))
        draw.drawPaint(gradient_paint((0, 0), (rng.uniform(0, size), size), first, last))
        return
    if name.endswith(" background"):
        draw.drawPaint(fill_paint(sample(CLOTH, name.split()[0], rng)))
        return
    horizon = size * rng.uniform(0.45, 0.7)
    SCENES[name](Scene(canvas, rng, size, horizon))


class Scene:
    """Bands, hills, discs and boxes, from which every place is made."""

    def __init__(
        self, canvas: Canvas, rng: np.random.Generator, size: float, horizon: float
    ) -> None:
        self.draw, self.rng, self.size, self.horizon = canvas.draw, rng, size, horizon

    def sky(self, top: Rgb, bottom: Rgb) -> None:
        top, bottom = vary(top, self.rng), vary(bottom, self.rng)
        self.draw.drawPaint(gradient_paint((0, 0), (0, self.size), top, bottom))

    def ground(self, level: float, rgb: Rgb) -> None:
        rgb = vary(rgb, self.rng)
        path = polygon([(0, level), (self.size, level), (self.size, self.size), (0, self.size)])
        self.draw.drawPath(path, gradient_paint((0, level), (0, self.size), rgb, shade(rgb, 0.15)))

    def hills(self, level: float, height: float, rgb: Rgb, peaked: bool) -> None:
        points = [(-self.size, self.size * 2.0), (-self.size * 0.2, level)]
        count = int(self.rng.integers(3, 6))
        for index in range(count):
            x = self.size * (index + 0.5) / count
            points.append((x, level - height * self.rng.uniform(0.3, 1.0)))
            if peaked:
                points.append((x + self.size * 0.5 / count, level))
        points += [(self.size * 1.2, level), (self.size * 2, self.size * 2.0)]
        path = polygon(points) if peaked else smooth(points)
        self.draw.drawPath(path, fill_paint(vary(rgb, self.rng)))

    def discs(self, count: int, low: float, high: float, radius: float, rgb: Rgb) -> None:
        for _ in range(count):
            x, y = self.rng.uniform(0, self.size), self.rng.uniform(low, high)
            self.draw.drawCircle(
                x, y, radius * self.rng.uniform(0.5, 1.2), fill_paint(vary(rgb, self.rng))
            )

    def clouds(self) -> None:
        for _ in range(int(self.rng.integers(1, 4))):
            x, y = self.rng.uniform(0, self.size), self.rng.uniform(0, self.horizon * 0.7)
            for _ in range(4):
                centre = (x + self.rng.normal(0, 9), y + self.rng.normal(0, 2.5))
                self.draw.drawCircle(*centre, self.rng.uniform(4, 9), fill_paint((1, 1, 1), 0.85))

    def box(self, x: float, y: float, width: float, height: float, rgb: Rgb) -> None:
        path = polygon([(x, y), (x + width, y), (x + width, y + height), (x, y + height)])
        self.draw.drawPath(path, fill_paint(vary(rgb, self.rng, 0.03)))


def beach(scene: Scene) -> None:
    scene.sky((0.45, 0.75, 0.98), (0.8, 0.93, 1.0))
    scene.clouds()
    scene.ground(scene.horizon, (0.15, 0.55, 0.8))
    scene.ground(scene.horizon + scene.size * 0.17, (0.95, 0.86, 0.62))


def forest(scene: Scene) -> None:
    scene.sky((0.6, 0.82, 0.65), (0.75, 0.9, 0.7))
    for _ in range(int(scene.rng.integers(4, 8))):
        scene.box(
            scene.rng.uniform(0, scene.size),
            0,
            scene.rng.uniform(5, 12),
            scene.size,
            (0.36, 0.25, 0.16),
        )
    scene.discs(12, -5, scene.horizon * 0.6, 18, (0.16, 0.45, 0.2))
    scene.ground(scene.horizon + 20, (0.3, 0.5, 0.2))


def city(scene: Scene) -> None:
    scene.sky((0.6, 0.78, 0.95), (0.88, 0.93, 0.98))
    x = -5.0
    while x < scene.size:
        width, height = scene.rng.uniform(14, 30), scene.rng.uniform(30, 85)
        grey = scene.rng.uniform(0.45, 0.75)
        top = scene.horizon + 25 - height
        scene.box(x, top, width, height, (grey, grey, min(1, grey + 0.06)))
        for row in range(int(height / 9)):
            for column in range(int(width / 7)):
                scene.box(x + 2.5 + column * 7, top + 4 + row * 9, 3.5, 4.5, (0.85, 0.9, 0.7))
        x += width
    scene.ground(scene.horizon + 24, (0.5, 0.5, 0.52))


def room(scene: Scene) -> None:
    wall = sample(
        CLOTH, str(scene.rng.choice(["pink", "yellow", "white", "teal", "grey"])), scene.rng
    )
    wall = shade(wall, -0.6)
    scene.sky(wall, wall)
    x = scene.rng.choice([6.0, scene.size - 50])
    scene.box(x - 3, 12, 46, 46, (0.95, 0.95, 0.93))
    scene.box(x, 15, 40, 40, (0.65, 0.85, 0.98))
    scene.box(x + 19, 15, 2, 40, (0.95, 0.95, 0.93))
    scene.ground(scene.horizon + 30, (0.66, 0.46, 0.3))


def sky(scene: Scene) -> None:
    scene.sky((0.35, 0.65, 0.97), (0.8, 0.92, 1.0))
    scene.horizon = scene.size * 1.3
    scene.clouds()
    scene.clouds()


def night(scene: Scene) -> None:
    scene.sky((0.04, 0.05, 0.18), (0.16, 0.16, 0.38))
    scene.discs(25, 0, scene.size * 0.8, 0.9, (1, 1, 0.9))
    scene.discs(1, 10, scene.horizon * 0.4, 11, (0.98, 0.95, 0.75))


def snow(scene: Scene) -> None:
    scene.sky((0.6, 0.7, 0.85), (0.85, 0.9, 0.97))
    scene.hills(scene.horizon + 10, 30, (0.75, 0.82, 0.92), True)
    scene.ground(scene.horizon + 15, (0.95, 0.97, 1.0))
    scene.discs(30, 0, scene.size, 1.6, (1, 1, 1))


def mountains(scene: Scene) -> None:
    scene.sky((0.5, 0.75, 0.95), (0.9, 0.95, 0.98))
    scene.hills(scene.horizon, 55, (0.5, 0.55, 0.7), True)
    scene.hills(scene.horizon + 12, 25, (0.35, 0.5, 0.45), True)
    scene.ground(scene.horizon + 14, (0.45, 0.65, 0.35))


def meadow(scene: Scene) -> None:
    scene.sky((0.5, 0.78, 0.98), (0.88, 0.95, 1.0))
    scene.clouds()
    scene.hills(scene.horizon + 12, 20, (0.5, 0.75, 0.35), False)
    scene.ground(scene.horizon + 14, (0.4, 0.7, 0.3))
    petals = colorsys.hsv_to_rgb(scene.rng.random(), 0.5, 1.0)
    scene.discs(18, scene.horizon + 20, scene.size, 1.8, petals)


def sunset(scene: Scene) -> None:
    scene.sky((0.45, 0.25, 0.55), (1.0, 0.65, 0.35))
    x = scene.size * scene.rng.uniform(0.15, 0.85)
    scene.draw.drawCircle(x, scene.horizon - 6, 13 + 3 * math.sin(x), fill_paint((1.0, 0.88, 0.55)))
    scene.ground(scene.horizon, (0.35, 0.2, 0.4))


SCENES = {
    "beach": beach,
    "forest": forest,
    "city": city,
    "room": room,
    "sky": sky,
    "night": night,
    "snow": snow,
    "mountains": mountains,
    "meadow": meadow,
    "sunset": sunset,
}
