"""Pillow's bicubic resize of a window of a picture, for `test/goldens/resample/`."""

from __future__ import annotations

import json
from pathlib import Path

from PIL import Image

TOPIC = "resample"

SIZE = 40
# x, y, side: shrunk, by a fraction of a pixel, up to the edges, enlarged
WINDOWS = [(0.0, 0.0, 120.0), (7.3, 2.6, 101.7), (0.0, 40.0, 80.0), (50.25, 30.5, 17.0)]


def write(folder: Path) -> None:
    capture = Path(__file__).resolve().parents[2] / "test/characters/godette/walk_full_yaw40.png"
    picture = Image.open(capture).crop((290, 180, 410, 300))
    opaque = Image.new("RGB", picture.size, "white")
    opaque.paste(picture, mask=picture.getchannel("A"))
    opaque.save(folder / "picture.png")
    for number, (x, y, side) in enumerate(WINDOWS):
        box = (x, y, x + side, y + side)
        # One float channel at a time: in 8 bits Pillow clips what overshoots between its two passes.
        channels = [
            channel.convert("F").resize((SIZE, SIZE), Image.Resampling.BICUBIC, box).point(lambda value: value + 0.5)
            for channel in opaque.split()
        ]
        Image.merge("RGB", [channel.convert("L") for channel in channels]).save(folder / f"window-{number}.png")
    (folder / "windows.json").write_text(json.dumps({"size": SIZE, "windows": WINDOWS}) + "\n")
