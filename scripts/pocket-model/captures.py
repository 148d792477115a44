"""Transparent captures on white, at the model's size: what the VAE's quality is measured on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from PIL import Image


def load_captures(folder: Path, size: int) -> torch.Tensor:
    """All PNGs of a folder, padded to a square, n × 3 × size × size in -1..1."""
    pictures = []
    for path in sorted(folder.glob("*.png")):
        capture = Image.open(path).convert("RGBA")
        side = max(capture.size)
        square = Image.new("RGBA", (side, side), (255, 255, 255, 255))
        corner = ((side - capture.width) // 2, (side - capture.height) // 2)
        square.alpha_composite(capture, corner)
        small = square.convert("RGB").resize((size, size), Image.Resampling.LANCZOS)
        pictures.append(np.asarray(small))
    return to_tensor(np.stack(pictures))


def to_tensor(pictures: np.ndarray) -> torch.Tensor:
    """n × h × w × 3 bytes to n × 3 × h × w in -1..1."""
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).float().div(127.5).sub(1)


def psnr(pictures: torch.Tensor, copies: torch.Tensor) -> float:
    """Mean over pictures of the peak signal-to-noise ratio, in dB (peak to peak is 2)."""
    error = (pictures - copies.clamp(-1, 1)).square().flatten(1).mean(1)
    return float((10 * torch.log10(4 / error)).mean())
