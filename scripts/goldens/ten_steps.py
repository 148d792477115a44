"""Ten steps of LoRA training as diffusers, PEFT and torch do them, for `test/goldens/ten-steps/`.

With min-SNR weights and a loss mask, on the tiny UNet `pocket-like` of the topic `unet`, which must be made before.
"""

from __future__ import annotations

from pathlib import Path

import torch
from diffusers import DDPMScheduler, UNet2DConditionModel
from diffusers.training_utils import compute_snr
from peft import LoraConfig
from safetensors.torch import save_file
from unet import flat, lora_parameters

TOPIC = "ten-steps"

RANK, ALPHA, GAMMA, OUTSIDE, STEPS, BATCH, TOKENS = 4, 2.0, 5.0, 0.25, 10, 2, 77


def write(folder: Path) -> None:
    torch.manual_seed(5)
    unet = UNet2DConditionModel.from_pretrained(folder.parent / "unet" / "pocket-like")
    unet.requires_grad_(False)
    unet.add_adapter(
        LoraConfig(
            r=RANK,
            lora_alpha=ALPHA,
            target_modules=["to_q", "to_k", "to_v", "to_out.0"],
        )
    )
    parameters = lora_parameters(unet)
    for parameter in parameters:
        parameter.data = torch.randn_like(parameter) * 0.3
    shape = (STEPS, BATCH, 4, 8, 8)
    latents, noise = torch.randn(shape), torch.randn(shape)
    timesteps = torch.randint(0, 1000, (STEPS, BATCH))
    text = torch.randn(STEPS, BATCH, TOKENS, unet.config.cross_attention_dim)
    masks = torch.rand(STEPS, BATCH, 8, 8)
    tensors = {
        "latents": latents,
        "noise": noise,
        "timesteps": timesteps.float(),
        "text": text,
        "masks": masks,
    }
    tensors["before"] = flat(parameters)

    scheduler = DDPMScheduler(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear")
    optimizer = torch.optim.AdamW(parameters, lr=1e-2, weight_decay=1e-2)
    losses, norms = [], []
    for step in range(STEPS):
        noisy = scheduler.add_noise(latents[step], noise[step], timesteps[step])
        prediction = unet(noisy, timesteps[step], text[step]).sample
        snr = compute_snr(scheduler, timesteps[step])
        weights = (snr.clamp(max=GAMMA) / snr)[:, None, None, None]
        mask = (OUTSIDE + (1 - OUTSIDE) * masks[step])[:, None]
        loss = ((prediction - noise[step]) ** 2 * weights * mask).mean()
        optimizer.zero_grad()
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_(parameters, 1.0))
        optimizer.step()
        losses.append(loss.detach())
    tensors |= {
        "losses": torch.stack(losses),
        "norms": torch.stack(norms),
        "after": flat(parameters),
    }
    save_file(
        {key: value.contiguous() for key, value in tensors.items()},
        folder / "ten-steps.safetensors",
    )
