"""Freeze the VAE, with latents centred and of equal spread: `python finish_vae.py`.

Both are folded into the 1 × 1 convolutions beside the latent, so decoded pictures stay the same.
The spread is chosen to make SD 1.x's customary scaling factor, which some tools take for granted,
the right one. Centring matters because the schedule's last step still shows a little of the
picture: a UNet would read the background's colour from the mean of what is meant to be noise.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKL

from captures import load_captures, psnr, to_tensor
from model import SIZE, new_vae

CACHE = Path("~/.cache/lora-bridge-pocket").expanduser()
SCALING_FACTOR = 0.18215


def averaged_vae(checkpoint: Path) -> AutoencoderKL:
    vae = new_vae()
    state = torch.load(checkpoint, weights_only=False)
    vae.load_state_dict(state["vae"])
    with torch.no_grad():
        for name, value in vae.named_parameters():
            value.copy_(state["average"]["values"][name])
    return vae


@torch.no_grad()
def encode(vae: AutoencoderKL, pictures: np.ndarray) -> torch.Tensor:
    parts = [
        vae.encode(to_tensor(pictures[start : start + 16])).latent_dist.mode()
        for start in range(0, len(pictures), 16)
    ]
    return torch.cat(parts)


@torch.no_grad()
def standardise(vae: AutoencoderKL, latents: torch.Tensor) -> None:
    """Shift and scale every latent channel, and undo it where the decoder begins."""
    mean = latents.mean((0, 2, 3))
    scale = 1 / (SCALING_FACTOR * latents.std((0, 2, 3)))
    quant, post = vae.quant_conv, vae.post_quant_conv
    post.bias += post.weight[:, :, 0, 0] @ mean
    post.weight /= scale[None, :, None, None]
    quant.weight[:4] *= scale[:, None, None, None]
    quant.bias[:4] = (quant.bias[:4] - mean) * scale
    quant.bias[4:] += 2 * scale.log()
    vae.register_to_config(scaling_factor=SCALING_FACTOR)


@torch.no_grad()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--captures", type=Path, help="transparent PNGs, for evaluation only")
    options = parser.parse_args()
    vae = averaged_vae(options.cache / "vae.pt")
    pictures = np.load(options.cache / "bank" / "pictures.npy", mmap_mode="r")
    sample = np.array(pictures[:: max(1, len(pictures) // 400)])
    standardise(vae, encode(vae, sample))
    latents = encode(vae, sample) * SCALING_FACTOR
    print("latents: mean", latents.mean((0, 2, 3)).tolist(), "std", latents.std((0, 2, 3)).tolist())
    if options.captures:
        captures = load_captures(options.captures, SIZE)
        copies = vae.decode(vae.encode(captures).latent_dist.mode()).sample
        print(f"psnr of the captures: {psnr(captures, copies):.2f} dB")
    vae.save_pretrained(options.cache / "vae")


if __name__ == "__main__":
    main()
