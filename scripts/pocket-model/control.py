"""Draw the control character of the demonstration: `python control.py test/characters/control`.

Another character than Godette, in 15 transparent captures: her LoRA must not show Godette's.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import skia
from PIL import Image

from canvas import Canvas
from character import Character, Tint, random_character
from figure import pose_figure
from pen import Pen
from portrait import draw_layers, measure, view_box

SIZE = 512
POSES = {
    "stand": "standing",
    "wave": "waving",
    "walk": "walking",
    "bow": "bowing",
    "cheer": "cheering",
}
# Degrees of the camera's orbit, and the turn of the body that shows the same.
YAWS = {-40: -0.6, 0: 0.0, 40: 0.6}


def control_character() -> Character:
    """A girl with orange twintails in a red and yellow dress."""
    drawn = random_character(np.random.default_rng(3))
    red, yellow = Tint("red", (0.8, 0.15, 0.15)), Tint("yellow", (0.97, 0.8, 0.25))
    return replace(
        drawn,
        **{
            "person": "girl",
            "heads": 2.8,
            "hair_style": "twintails",
            "hair": Tint("orange", (0.93, 0.5, 0.15)),
        },
        **{
            "fringe": "blunt",
            "eyes": Tint("brown", (0.45, 0.25, 0.1)),
            "outfit": "dress",
            "top": red,
        },
        **{
            "bottom": red,
            "trim": yellow,
            "socks": yellow,
            "shoes": Tint("brown", (0.4, 0.22, 0.12)),
        },
        **{
            "boots": False,
            "sleeves": "puffy",
            "headwear": "",
            "extras": (),
            "framing": "full body",
        },
        **{"expression": "smiling", "skin": Tint("light", (0.98, 0.85, 0.76)), "mirrored": False},
    )


def draw(character: Character) -> tuple[Image.Image, dict[str, int]]:
    """The picture with straight alpha, and the rectangle of the head with its hair."""
    rng = np.random.default_rng(character.seed)
    figure = pose_figure(character, rng)
    recorder = skia.PictureRecorder()
    draw_layers(
        Pen(recorder.beginRecording(skia.Rect(-20, -20, 20, 20)), character.style),
        character,
        figure,
        rng,
    )
    picture = recorder.finishRecordingAsPicture()
    left, top, side = view_box(measure(picture), character, figure, rng)
    canvas = Canvas(SIZE)
    canvas.draw.scale(SIZE / side, SIZE / side)
    canvas.draw.translate(-left, -top)
    canvas.draw.drawPicture(picture)
    canvas.surface.flushAndSubmit()
    alpha = canvas.pixels[:, :, 3:].astype(np.float32)
    colours = canvas.pixels[:, :, :3].astype(np.float32) * 255 / np.maximum(alpha, 1)
    straight = np.concatenate([colours.round().clip(0, 255), alpha], axis=2).astype(np.uint8)
    # Coordinates are in head radii around the head's centre.
    x, y = ((-1.3 - left) * SIZE / side, (-1.3 - top) * SIZE / side)
    edges = [
        max(0, int(x)),
        max(0, int(y)),
        min(SIZE, int(x + 2.6 * SIZE / side)),
        min(SIZE, int(y + 2.4 * SIZE / side)),
    ]
    head = {
        "x": edges[0],
        "y": edges[1],
        "width": edges[2] - edges[0],
        "height": edges[3] - edges[1],
    }
    return Image.fromarray(straight, "RGBA"), head


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    captures = []
    for name, pose in POSES.items():
        for yaw, turn in YAWS.items():
            picture, head = draw(replace(control_character(), pose=pose, yaw=turn))
            file = f"{name}_full_yaw{yaw}.png"
            picture.save(folder / file, optimize=True)
            captures.append(
                {"file": file, "pose": name, "framing": "full", "yaw": yaw, "head": head}
            )
    text = {"character": "Control", "size": [SIZE, SIZE], "captures": captures}
    (folder / "captures.json").write_text(json.dumps(text, indent=1) + "\n")


if __name__ == "__main__":
    main()
