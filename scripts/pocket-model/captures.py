"""Transparent captures on white, at the model's size: what the VAE's quality is measured on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKL
from PIL import Image

from pictures import to_pictures
from sizes import SIZE


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
    return to_pictures(torch.from_numpy(np.stack(pictures)))


@torch.no_grad()
def psnr_of_copies(vae: AutoencoderKL, folder: Path, device: torch.device) -> float:
    """How well a VAE copies a folder's captures, in dB."""
    captures = load_captures(folder, SIZE).to(device)
    return psnr(captures, vae.decode(vae.encode(captures).latent_dist.mode()).sample)


def psnr(pictures: torch.Tensor, copies: torch.Tensor) -> float:
    """Mean over pictures of the peak signal-to-noise ratio, in dB (peak to peak is 2)."""
    error = (pictures - copies.clamp(-1, 1)).square().flatten(1).mean(1)
    return float((10 * torch.log10(4 / error)).mean())
