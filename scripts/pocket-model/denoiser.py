"""UNet and text encoder, trained as one to predict the noise in latents."""

from __future__ import annotations

import torch
from diffusers.models.attention_processor import AttnProcessor

from examples import Examples
from model import new_scheduler, new_text_encoder, new_unet
from sizes import END_TOKEN, START_TOKEN, TOKENS
from text_pretraining import states_of
from vae import memory_format

# min-SNR weights with a floor. At the noisiest steps, where a prompt decides about background and
# colours, an error in the picture is nearly invisible in the noise that is to be predicted.
SNR_CAP, SNR_FLOOR = 5.0, 0.1
# Share of steps drawn from the noisier half only: what a prompt says is decided there.
NOISY_SHARE = 0.6
# Adds a random constant to each channel's noise, so that its mean says little about the picture.
NOISE_OFFSET = 0.06
# Share of captions left out, for guidance.
DROPPED = 0.1


class Denoiser(torch.nn.Module):
    def __init__(self, device: torch.device) -> None:
        super().__init__()
        self.unet = new_unet()
        self.text = new_text_encoder()
        if device.type == "cpu":
            # Written out, attention of so few places is faster there than the fused backward.
            self.unet.set_attn_processor(AttnProcessor())
        alphas = new_scheduler().alphas_cumprod
        snr = alphas / (1 - alphas)
        nothing = torch.full((TOKENS,), END_TOKEN)
        nothing[0] = START_TOKEN
        for name, value in (
            ("alphas", alphas),
            ("weights", snr.clamp(SNR_FLOOR, SNR_CAP) / snr),
            ("nothing", nothing),
        ):
            self.register_buffer(name, value, persistent=False)
        self.to(device, memory_format=memory_format(device))

    def loss(self, examples: Examples, batch: int) -> torch.Tensor:
        rows, captions = examples.pick(examples.pictured, batch)
        latents, device = examples.latents[rows].float(), rows.device
        tokens = examples.tokens[rows, captions].long()
        dropped = torch.rand(batch, 1, device=device) < DROPPED
        context = states_of(self.text, torch.where(dropped, self.nothing, tokens))
        noise = torch.randn_like(latents)
        noise = noise + NOISE_OFFSET * torch.randn(batch, 4, 1, 1, device=device)
        anywhere = torch.randint(0, 1000, (batch,), device=device)
        noisier = torch.randint(500, 1000, (batch,), device=device)
        picked = torch.rand(batch, device=device) < NOISY_SHARE
        times = torch.where(picked, noisier, anywhere)
        alpha = self.alphas[times].view(-1, 1, 1, 1)
        noisy = alpha.sqrt() * latents + (1 - alpha).sqrt() * noise
        noisy = noisy.contiguous(memory_format=memory_format(device))
        error = self.unet(noisy, times, context, return_dict=False)[0].float() - noise
        return (error.square().mean((1, 2, 3)) * self.weights[times]).mean()
