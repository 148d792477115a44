"""Random outlined, shaded shapes: what the VAE learns lines, flats and gradients from."""

from __future__ import annotations

import colorsys
import math

import numpy as np
import skia

from canvas import (
    Canvas,
    Point,
    Rgb,
    colour,
    fill_paint,
    gradient_paint,
    polygon,
    radial_paint,
    smooth,
    stroke_paint,
)


def random_rgb(rng: np.random.Generator) -> Rgb:
    """Any hue, with whites, blacks and greys as common as toon pictures have them."""
    kind = rng.random()
    if kind < 0.12:
        value = rng.uniform(0.85, 1.0)
        return (value, value, value)
    if kind < 0.22:
        value = rng.uniform(0.0, 0.3)
        return (value, value, value)
    if kind < 0.32:  # skin tones
        return (rng.uniform(0.5, 1.0), rng.uniform(0.35, 0.9), rng.uniform(0.25, 0.88))
    return colorsys.hsv_to_rgb(rng.random(), rng.random() ** 0.7, rng.random() ** 0.5)


def near(rgb: Rgb, amount: float, rng: np.random.Generator) -> Rgb:
    """A colour close to another: the dark or light end of a shaded surface."""
    factor = rng.uniform(1 - amount, 1 + amount / 3)
    red, green, blue = (
        float(np.clip(part * factor + rng.normal(0, amount * 0.1), 0, 1)) for part in rgb
    )
    return (red, green, blue)


def outline_points(centre: Point, radius: float, rng: np.random.Generator) -> list[Point]:
    """A random star-shaped outline, squeezed and turned."""
    count = int(rng.integers(3, 13))
    wobble = rng.choice([0.0, 0.1, 0.3, 0.6])
    squeeze, turn = rng.uniform(0.2, 1.0), rng.uniform(0, 2 * math.pi)
    start = rng.uniform(0, 2 * math.pi)
    points: list[Point] = []
    for index in range(count):
        angle = start + 2 * math.pi * index / count
        reach = radius * (1 + wobble * rng.uniform(-1, 1))
        x, y = reach * math.cos(angle), reach * squeeze * math.sin(angle)
        points.append(
            (
                centre[0] + x * math.cos(turn) - y * math.sin(turn),
                centre[1] + x * math.sin(turn) + y * math.cos(turn),
            )
        )
    return points


def surface_paint(rgb: Rgb, centre: Point, radius: float, rng: np.random.Generator) -> skia.Paint:
    """Flat, linear or radial."""
    kind = rng.random()
    if kind < 0.4:
        return fill_paint(rgb)
    other = near(rgb, 0.6, rng) if rng.random() < 0.8 else random_rgb(rng)
    if kind < 0.85:
        angle = rng.choice([math.pi / 2, rng.uniform(0, 2 * math.pi)])
        dx, dy = radius * math.cos(angle), radius * math.sin(angle)
        return gradient_paint(
            (centre[0] - dx, centre[1] - dy), (centre[0] + dx, centre[1] + dy), rgb, other
        )
    return radial_paint(centre, radius, rgb, other)


def draw_shape(target: skia.Canvas, centre: Point, radius: float, rng: np.random.Generator) -> None:
    """One blob, polygon, ellipse, faceted lump or bundle of lines, mostly with an outline."""
    rgb = random_rgb(rng)
    kind = rng.random()
    line = random_rgb(rng) if rng.random() < 0.4 else near(rgb, 0.95, rng)
    width = float(rng.choice([0.4, 0.7, 1.0, 1.5, 2.5]) * rng.uniform(0.7, 1.3))
    if kind < 0.1:
        for _ in range(int(rng.integers(1, 6))):
            path = skia.Path()
            path.moveTo(*(np.array(centre) + rng.normal(0, radius, 2)))
            path.quadTo(
                *(np.array(centre) + rng.normal(0, radius, 2)),
                *(np.array(centre) + rng.normal(0, radius, 2)),
            )
            target.drawPath(path, stroke_paint(line, width))
        return
    points = outline_points(centre, radius, rng)
    if kind < 0.3:
        for index in range(len(points)):
            facet = polygon([centre, points[index - 1], points[index]])
            target.drawPath(facet, fill_paint(near(rgb, 0.35, rng)))
        path = polygon(points)
    else:
        path = smooth(points) if kind < 0.75 else polygon(points)
        target.drawPath(path, surface_paint(rgb, centre, radius, rng))
        if rng.random() < 0.4:  # cel shadow or highlight, clipped to the shape
            target.save()
            target.clipPath(path, doAntiAlias=True)
            offset = (centre[0] + rng.normal(0, radius), centre[1] + rng.normal(0, radius))
            inner = smooth(outline_points(offset, radius, rng))
            target.drawPath(inner, fill_paint(near(rgb, 0.5, rng)))
            target.restore()
    if rng.random() < 0.65:
        target.drawPath(path, stroke_paint(line, width))


def draw_background(canvas: Canvas, rng: np.random.Generator, white: float) -> None:
    if rng.random() < white:
        canvas.draw.clear(colour((1, 1, 1)))
    elif rng.random() < 0.4:
        canvas.draw.clear(colour(random_rgb(rng)))
    else:
        first, last = random_rgb(rng), random_rgb(rng)
        end = (rng.uniform(0, canvas.size), float(canvas.size))
        canvas.draw.drawPaint(gradient_paint((0, 0), end, first, last))


def draw_shapes(size: int, rng: np.random.Generator, whole: bool) -> np.ndarray:
    """A crop full of shapes, or a whole picture: a pile in the middle of a plain background."""
    canvas = Canvas(size)
    draw_background(canvas, rng, white=0.4 if whole else 0.15)
    count = int(rng.integers(4, 24))
    spread_x, spread_y = (size * rng.uniform(0.08, 0.2), size * rng.uniform(0.15, 0.26))
    for index in range(count):
        if whole:
            centre = (size / 2 + rng.normal(0, spread_x), size / 2 + rng.normal(0, spread_y))
        else:
            centre = (rng.uniform(0, size), rng.uniform(0, size))
        # Large shapes first, so that small details lie on top of them and stay visible.
        radius = 2.0 + 34.0 * rng.random() ** 1.3 * (1 - 0.9 * index / count)
        draw_shape(canvas.draw, centre, radius, rng)
    return canvas.rgb()
