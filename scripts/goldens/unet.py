"""Tiny random UNets with LoRA: prediction, loss, gradients and ten AdamW steps, for `test/goldens/unet/`."""

from __future__ import annotations

from pathlib import Path

import torch
from diffusers import DDPMScheduler, UNet2DConditionModel
from peft import LoraConfig
from safetensors.torch import save_file

TOPIC = "unet"

CROSS_DOWN, CROSS_UP = "CrossAttnDownBlock2D", "CrossAttnUpBlock2D"
RANK, ALPHA = 2, 3.0
# Name: configuration, type of the weights, latent height and width, batch size, text tokens.
CASES = {
    "pocket-like": (
        {
            "block_out_channels": [4, 8, 12],
            "down_block_types": ["DownBlock2D", CROSS_DOWN, CROSS_DOWN],
            "up_block_types": [CROSS_UP, CROSS_UP, "UpBlock2D"],
            "layers_per_block": 1,
            "attention_head_dim": 4,
            "cross_attention_dim": 12,
            "norm_num_groups": 4,
        },
        torch.float32,
        (8, 8, 2, 5),
    ),
    "sd-like-half": (
        {
            "block_out_channels": [4, 8, 8, 8],
            "layers_per_block": 2,
            "attention_head_dim": 2,
            "cross_attention_dim": 8,
            "norm_num_groups": 2,
        },
        torch.float16,
        (8, 16, 1, 7),
    ),
    "odd": (
        {
            "block_out_channels": [4, 6],
            "down_block_types": [CROSS_DOWN, CROSS_DOWN],
            "up_block_types": [CROSS_UP, CROSS_UP],
            "layers_per_block": 3,
            "attention_head_dim": [2, 3],
            "cross_attention_dim": 6,
            "norm_num_groups": 2,
            "use_linear_projection": True,
            "flip_sin_to_cos": False,
            "freq_shift": 1,
        },
        torch.float32,
        (5, 7, 3, 4),
    ),
}


def lora_parameters(unet: UNet2DConditionModel) -> list[torch.nn.Parameter]:
    """A and B of every target in the order of computation: down blocks, middle, up blocks."""
    blocks = {"down_blocks": 0, "mid_block": 1, "up_blocks": 2}
    modules = [(name, module) for name, module in unet.named_modules() if hasattr(module, "lora_A")]
    modules.sort(key=lambda item: blocks[item[0].split(".")[0]])
    return [
        parameter
        for _, module in modules
        for parameter in (module.lora_A["default"].weight, module.lora_B["default"].weight)
    ]


def flat(tensors: list[torch.Tensor]) -> torch.Tensor:
    return torch.cat([tensor.detach().flatten() for tensor in tensors])


def write_case(folder: Path, name: str, seed: int) -> None:
    config, dtype, (height, width, batch, tokens) = CASES[name]
    torch.manual_seed(seed)
    unet = UNet2DConditionModel(in_channels=4, out_channels=4, sample_size=height, **config)
    for parameter in unet.parameters():
        # Far from their initial values, so that scales, biases and their order matter.
        parameter.data.add_(torch.randn_like(parameter) * 0.05)
    model = folder / name
    unet.to(dtype).save_pretrained(model)
    unet = UNet2DConditionModel.from_pretrained(model, torch_dtype=torch.float32)
    unet.requires_grad_(False)
    targets = ["to_q", "to_k", "to_v", "to_out.0"]
    unet.add_adapter(LoraConfig(r=RANK, lora_alpha=ALPHA, target_modules=targets))
    parameters = lora_parameters(unet)
    for parameter in parameters:
        parameter.data = torch.randn_like(parameter) * 0.3

    steps = 10 if name == "pocket-like" else 1
    shape = (batch, 4, height, width)
    latents = torch.randn(shape)
    noises = torch.randn((steps, *shape))
    timesteps = torch.randint(0, 1000, (steps, batch))
    text = torch.randn(batch, tokens, config["cross_attention_dim"])
    weights = torch.rand(batch) + 0.5
    mask = torch.rand(batch, 1, height, width) + 0.1
    scheduler = DDPMScheduler(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear")
    optimizer = torch.optim.AdamW(parameters, lr=1e-2, weight_decay=1e-2)
    tensors = {
        "latents": latents,
        "noises": noises,
        "timesteps": timesteps.float(),
        "alphas": scheduler.alphas_cumprod[timesteps],
        "text": text,
        "weights": weights,
        "mask": mask,
        "lora": flat(parameters),
    }
    for step in range(steps):
        noisy = scheduler.add_noise(latents, noises[step], timesteps[step])
        prediction = unet(noisy, timesteps[step], text).sample
        loss = ((prediction - noises[step]) ** 2 * mask * weights[:, None, None, None]).mean()
        optimizer.zero_grad()
        loss.backward()
        if step == 0:
            tensors |= {
                "noisy": noisy,
                "prediction": prediction.detach(),
                "loss": loss.detach(),
                "gradient": flat([parameter.grad for parameter in parameters]),
            }
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
    tensors["trained"] = flat(parameters)
    save_file({key: value.contiguous() for key, value in tensors.items()}, folder / f"{name}.safetensors")


def write(folder: Path) -> None:
    for seed, name in enumerate(CASES):
        write_case(folder, name, seed)
