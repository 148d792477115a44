"""How the VAE learns, and how it is finished: latents centred and of equal spread."""

from __future__ import annotations

import torch
from diffusers import AutoencoderKL

from pictures import Pictures, to_pictures

# SD 1.x's customary factor, which some tools take for granted.
SCALING_FACTOR = 0.18215


def memory_format(device: torch.device) -> torch.memory_format:
    """Channels last for a GPU's convolutions; on a CPU that gains nothing."""
    return torch.channels_last if device.type == "cuda" else torch.contiguous_format


def vae_loss(vae: AutoencoderKL, pictures: Pictures, batch: int) -> torch.Tensor:
    """Mean absolute and mean square error of the copies, and a trace of KL divergence."""
    originals = pictures.batch(batch)
    originals = originals.contiguous(memory_format=memory_format(originals.device))
    posterior = vae.encode(originals).latent_dist
    error = vae.decode(posterior.sample()).sample.float() - originals
    return error.abs().mean() + error.square().mean() + 1e-7 * posterior.kl().mean()


@torch.no_grad()
def encode(vae: AutoencoderKL, numbers: torch.Tensor, part: int) -> torch.Tensor:
    """Latents (the posteriors' modes, unscaled) of n × h × w × 3 bytes, `part` at a time."""
    latents = [
        vae.encode(
            to_pictures(piece).contiguous(memory_format=memory_format(piece.device))
        ).latent_dist.mode()
        for piece in numbers.split(part)
    ]
    return torch.cat(latents).float()


@torch.no_grad()
def standardise(vae: AutoencoderKL, latents: torch.Tensor) -> None:
    """Shift and scale every latent channel, and undo it where the decoder begins.

    Both are folded into the 1 × 1 convolutions next to the latent, so decoded pictures stay the
    same. Centring matters because the schedule's last step still shows a little of the picture:
    a UNet would read the background's colour from the mean of what is meant to be noise.
    """
    mean = latents.mean((0, 2, 3))
    scale = 1 / (SCALING_FACTOR * latents.std((0, 2, 3)))
    quant, post = vae.quant_conv, vae.post_quant_conv
    post.bias += post.weight[:, :, 0, 0] @ mean
    post.weight /= scale[None, :, None, None]
    quant.weight[:4] *= scale[:, None, None, None]
    quant.bias[:4] = (quant.bias[:4] - mean) * scale
    quant.bias[4:] += 2 * scale.log()
    vae.register_to_config(scaling_factor=SCALING_FACTOR)
