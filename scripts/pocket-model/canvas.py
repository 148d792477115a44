"""A small antialiased canvas: a Skia surface whose pixels are a numpy array."""

from __future__ import annotations

import numpy as np
import skia

Rgb = tuple[float, float, float]
Point = tuple[float, float]


def colour(rgb: Rgb, alpha: float = 1.0) -> int:
    """Skia's packed colour of three numbers in 0..1."""
    red, green, blue = (int(round(255 * min(1.0, max(0.0, part)))) for part in rgb)
    return int(skia.Color(red, green, blue, int(round(255 * alpha))))


class Canvas:
    """Pixels (height × width × 4, premultiplied RGBA) and the Skia canvas that draws on them."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.pixels = np.zeros((size, size, 4), np.uint8)
        self.surface = skia.Surface(self.pixels)
        self.draw: skia.Canvas = self.surface.getCanvas()

    def rgb(self) -> np.ndarray:
        """The picture so far; the caller must have covered every pixel."""
        self.surface.flushAndSubmit()
        return self.pixels[:, :, :3].copy()


def fill_paint(rgb: Rgb, alpha: float = 1.0) -> skia.Paint:
    return skia.Paint(Color=colour(rgb, alpha), AntiAlias=True)


def stroke_paint(rgb: Rgb, width: float, alpha: float = 1.0) -> skia.Paint:
    return skia.Paint(
        Color=colour(rgb, alpha),
        AntiAlias=True,
        Style=skia.Paint.kStroke_Style,
        StrokeWidth=width,
        StrokeCap=skia.Paint.kRound_Cap,
        StrokeJoin=skia.Paint.kRound_Join,
    )


def gradient_paint(start: Point, end: Point, first: Rgb, last: Rgb) -> skia.Paint:
    """A linear gradient."""
    shader = skia.GradientShader.MakeLinear(
        [skia.Point(*start), skia.Point(*end)], [colour(first), colour(last)]
    )
    return skia.Paint(Shader=shader, AntiAlias=True)


def radial_paint(centre: Point, radius: float, inner: Rgb, outer: Rgb) -> skia.Paint:
    """A radial gradient."""
    shader = skia.GradientShader.MakeRadial(
        skia.Point(*centre), max(radius, 1e-3), [colour(inner), colour(outer)]
    )
    return skia.Paint(Shader=shader, AntiAlias=True)


def polygon(points: list[Point]) -> skia.Path:
    path = skia.Path()
    path.addPoly([skia.Point(*point) for point in points], True)
    return path


def smooth(points: list[Point], tension: float = 1.0) -> skia.Path:
    """A closed curve through the points (Catmull–Rom written as cubic Béziers)."""
    path = skia.Path()
    count = len(points)
    path.moveTo(*points[0])
    for index in range(count):
        before, here = points[index - 1], points[index]
        after, later = points[(index + 1) % count], points[(index + 2) % count]
        scale = tension / 6
        path.cubicTo(
            here[0] + (after[0] - before[0]) * scale,
            here[1] + (after[1] - before[1]) * scale,
            after[0] - (later[0] - here[0]) * scale,
            after[1] - (later[1] - here[1]) * scale,
            *after,
        )
    path.close()
    return path
