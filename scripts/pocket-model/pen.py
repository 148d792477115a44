"""Draws filled, shaded, outlined shapes in one hand: a picture has one style throughout."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import skia

from canvas import (
    Point,
    Rgb,
    fill_paint,
    gradient_paint,
    polygon,
    radial_paint,
    smooth,
    stroke_paint,
)
from colours import shade


@dataclass(frozen=True)
class Style:
    """How lines and surfaces look; lengths in head radii."""

    line_width: float
    line: Rgb | None  # None: a dark tone of the surface itself
    shading: str  # flat, cel, gradient or soft
    depth: float  # how dark shadows are
    angular: bool  # straight edges, as of a model with few polygons


def random_style(rng: np.random.Generator) -> Style:
    kind = rng.random()
    line: Rgb | None = None
    if kind < 0.35:
        value = rng.uniform(0.0, 0.18)
        line = (value, value, value)
    elif kind < 0.5:  # coloured outlines
        line = (rng.random() * 0.7, rng.random() * 0.7, rng.random() * 0.7)
    return Style(
        line_width=float(rng.choice([0.0, 0.025, 0.045, 0.07], p=[0.08, 0.3, 0.42, 0.2])),
        line=line,
        shading=str(rng.choice(["flat", "cel", "gradient", "soft"], p=[0.2, 0.35, 0.2, 0.25])),
        depth=rng.uniform(0.15, 0.45),
        angular=bool(rng.random() < 0.25),
    )


class Pen:
    def __init__(self, target: skia.Canvas, style: Style) -> None:
        self.target = target
        self.style = style

    def line_colour(self, rgb: Rgb) -> Rgb:
        return self.style.line if self.style.line is not None else shade(rgb, 0.6)

    def shape(self, points: list[Point], rgb: Rgb, outline: bool = True) -> skia.Path:
        """A closed shape through the points, round or angular as the style has it."""
        path = polygon(points) if self.style.angular else smooth(points)
        self.fill(path, rgb, outline)
        return path

    def hard(self, points: list[Point], rgb: Rgb, outline: bool = True) -> skia.Path:
        """A polygon in every style."""
        path = polygon(points)
        self.fill(path, rgb, outline)
        return path

    def oval(
        self, centre: Point, rx: float, ry: float, rgb: Rgb, outline: bool = True
    ) -> skia.Path:
        if self.style.angular:
            turns = np.linspace(0, 2 * np.pi, 10, endpoint=False)
            points = [(centre[0] + rx * np.cos(t), centre[1] + ry * np.sin(t)) for t in turns]
            return self.hard(points, rgb, outline)
        path = skia.Path()
        path.addOval(skia.Rect(centre[0] - rx, centre[1] - ry, centre[0] + rx, centre[1] + ry))
        self.fill(path, rgb, outline)
        return path

    def fill(self, path: skia.Path, rgb: Rgb, outline: bool = True) -> None:
        box = path.getBounds()
        # Pale things (skin, white cloth) are shaded less, or they turn grey.
        dark = shade(rgb, self.style.depth * (0.55 if min(rgb) > 0.5 else 1.0))
        if self.style.shading == "gradient":
            top, bottom = (box.centerX(), box.top()), (box.centerX(), box.bottom())
            self.target.drawPath(path, gradient_paint(top, bottom, rgb, dark))
        elif self.style.shading == "soft":  # as a lamp at the upper left lights a rendered surface
            reach = 0.75 * max(box.width(), box.height())
            light = (box.left() + 0.36 * box.width(), box.top() + 0.3 * box.height())
            paint = radial_paint(light, reach, shade(rgb, -0.12), dark)
            self.target.drawPath(path, paint)
        elif self.style.shading == "cel":
            self.target.drawPath(path, fill_paint(dark))
            self.target.save()
            self.target.clipPath(path, doAntiAlias=True)
            self.target.translate(-0.08 * box.width() - 0.03, -0.07 * box.height())
            self.target.drawPath(path, fill_paint(rgb))
            self.target.restore()
        else:
            self.target.drawPath(path, fill_paint(rgb))
        if outline and self.style.line_width:
            paint = stroke_paint(self.line_colour(rgb), self.style.line_width)
            self.target.drawPath(path, paint)

    def limb(self, joints: list[Point], width: float, rgb: Rgb, taper: float = 1.0) -> None:
        """A bent tube through the joints, `taper` times as wide at its end as at its start."""
        points = np.array(joints, float)
        widths = np.linspace(width, width * taper, len(points)) / 2
        ahead = np.diff(points, axis=0)
        ahead /= np.linalg.norm(ahead, axis=1, keepdims=True) + 1e-6
        tangents = np.concatenate([ahead[:1], (ahead[1:] + ahead[:-1]) / 2, ahead[-1:]])
        tangents /= np.linalg.norm(tangents, axis=1, keepdims=True) + 1e-6
        normals = np.stack([-tangents[:, 1], tangents[:, 0]], 1) * widths[:, None]
        left, right = points + normals, (points - normals)[::-1]
        path = polygon([(float(x), float(y)) for x, y in np.concatenate([left, right])])
        if not self.style.angular:  # round the joints
            path = self._rounded(path, width * 0.22)
        self.fill(path, rgb)

    def _rounded(self, path: skia.Path, radius: float) -> skia.Path:
        out = skia.Path()
        effect = skia.CornerPathEffect.Make(radius)
        record = skia.StrokeRec(skia.StrokeRec.InitStyle.kFill_InitStyle)
        if effect.filterPath(out, path, record, skia.Rect(-99, -99, 99, 99)):
            return out
        return path

    def line(self, points: list[Point], rgb: Rgb, width: float) -> None:
        """An open curve: through two points straight, through three bent."""
        path = skia.Path()
        path.moveTo(*points[0])
        if len(points) == 3:
            path.quadTo(*points[1], *points[2])
        else:
            for point in points[1:]:
                path.lineTo(*point)
        self.target.drawPath(path, stroke_paint(rgb, width))
