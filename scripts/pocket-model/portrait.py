"""A whole picture: background, framing, and the character's layers from back to front."""

from __future__ import annotations

import numpy as np
import skia

from accessories import draw_behind, draw_headwear, draw_on_body, draw_on_face
from canvas import Canvas
from character import Character
from clothes import draw_arms, draw_clothes, draw_legs
from face import draw_face, draw_head
from figure import Figure, pose_figure
from hair import draw_back_hair, draw_front_hair
from pen import Pen
from scenery import draw_background


def draw_layers(pen: Pen, character: Character, figure: Figure, rng: np.random.Generator) -> None:
    raised = character.pose in ("waving", "cheering", "jumping", "arms spread", "running")
    # The arm on the far side of a turned body goes behind it.
    far = 1 if character.yaw > 0.4 else 0 if character.yaw < -0.4 else -1
    behind = (0, 1) if character.pose == "arms behind back" else (far,) if far >= 0 else ()
    front = tuple(index for index in (0, 1) if index not in behind)
    tilt, seed = rng.normal(0, 4), int(rng.integers(2**31))

    def head(layer: int) -> None:
        own = np.random.default_rng(seed)
        pen.target.save()
        pen.target.rotate(tilt, 0, 0.9)
        if layer == 0:
            draw_back_hair(pen, character, own)
        else:
            draw_head(pen, character, own)
            draw_face(pen, character, figure.pitch, own)
            draw_on_face(pen, character)
            draw_front_hair(pen, character, own)
            draw_headwear(pen, character, own)
        pen.target.restore()

    draw_behind(pen, character, figure, rng)
    head(0)
    draw_arms(pen, character, figure, behind)
    draw_legs(pen, character, figure)
    draw_clothes(pen, character, figure, rng)
    draw_on_body(pen, character, figure)
    if not raised:
        draw_arms(pen, character, figure, front)
    head(1)
    if raised:
        draw_arms(pen, character, figure, front)


def view_box(
    bounds: skia.Rect, character: Character, figure: Figure, rng: np.random.Generator
) -> tuple[float, float, float]:
    """Left, top and side of the square that the picture shows, in head radii."""
    margin = rng.uniform(1.02, 1.12)
    if character.framing == "full body":
        side = max(bounds.height(), bounds.width()) * margin
        x, y = bounds.centerX(), bounds.centerY()
    elif character.framing == "upper body":
        top = max(bounds.top(), -2.3)
        bottom = figure.hip_y + rng.uniform(-0.1, 0.3)
        side = (bottom - top) * margin
        x, y = 0.0, (top + bottom) / 2
    else:
        side = rng.uniform(2.3, 3.1)
        x, y = 0.1 * character.yaw, rng.uniform(-0.3, 0.05)
    x, y = x + side * rng.normal(0, 0.015), y + side * rng.normal(0, 0.015)
    return x - side / 2, y - side / 2, side


def draw_portrait(character: Character, background: str, size: int) -> np.ndarray:
    """The picture, size × size × 3 bytes; the same parameters always give the same one."""
    rng = np.random.default_rng(character.seed)
    canvas = Canvas(size)
    draw_background(canvas, background, rng)
    figure = pose_figure(character, rng)
    recorder = skia.PictureRecorder()
    pen = Pen(recorder.beginRecording(skia.Rect(-20, -20, 20, 20)), character.style)
    draw_layers(pen, character, figure, rng)
    picture = recorder.finishRecordingAsPicture()
    left, top, side = view_box(measure(picture), character, figure, rng)
    canvas.draw.scale(size / side, size / side)
    canvas.draw.translate(-left, -top)
    canvas.draw.drawPicture(picture)
    return canvas.rgb()


def measure(picture: skia.Picture) -> skia.Rect:
    """What a recorded drawing covers, from a coarse copy of it: 12 pixels a head radius."""
    scale, half = 8, 14
    coarse = Canvas(2 * half * scale)
    coarse.draw.translate(half * scale, 6 * scale)
    coarse.draw.scale(scale, scale)
    coarse.draw.drawPicture(picture)
    coarse.surface.flushAndSubmit()
    ys, xs = np.nonzero(coarse.pixels[:, :, 3] > 8)
    return skia.Rect(
        float(xs.min()) / scale - half,
        float(ys.min()) / scale - 6,
        float(xs.max() + 1) / scale - half,
        float(ys.max() + 1) / scale - 6,
    )
