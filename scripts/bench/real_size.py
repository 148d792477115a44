"""The networks of Stable Diffusion 1.5 and SDXL in their real size, for models with random weights."""

from __future__ import annotations

from collections.abc import Callable

import torch
from diffusers import AutoencoderKL, DPMSolverMultistepScheduler, UNet2DConditionModel
from transformers import CLIPTextConfig

VAE_CHANNELS = (128, 256, 512, 512)


def random_half(make: Callable[[], torch.nn.Module], device: str) -> torch.nn.Module:
    """A module with the deviations that fresh layers have, made without memory for anything but its numbers."""
    with torch.device("meta"):
        module = make().half()
    module.to_empty(device=device)
    for name, value in module.named_parameters():
        if value.dim() > 1:
            torch.nn.init.normal_(value, std=0.5 / value[0].numel() ** 0.5)
        else:
            torch.nn.init.constant_(value, float("norm" in name and name.endswith("weight")))
    for name, value in module.named_buffers():
        if name.endswith("position_ids"):
            value.copy_(torch.arange(value.shape[-1]).expand(value.shape))
    return module


def vae(scaling: float) -> AutoencoderKL:
    return AutoencoderKL(
        block_out_channels=VAE_CHANNELS,
        down_block_types=("DownEncoderBlock2D",) * len(VAE_CHANNELS),
        up_block_types=("UpDecoderBlock2D",) * len(VAE_CHANNELS),
        layers_per_block=2,
        sample_size=512,
        scaling_factor=scaling,
    )


def clip(width: int, layers: int, activation: str, projection: int | None = None) -> CLIPTextConfig:
    return CLIPTextConfig(
        hidden_size=width,
        intermediate_size=4 * width,
        num_hidden_layers=layers,
        num_attention_heads=width // 64,
        hidden_act=activation,
        bos_token_id=49406,
        eos_token_id=49407,
        **({} if projection is None else {"projection_dim": projection}),
    )


def scheduler() -> DPMSolverMultistepScheduler:
    return DPMSolverMultistepScheduler(
        beta_schedule="scaled_linear", beta_start=0.00085, beta_end=0.012, steps_offset=1
    )


def sd15_unet() -> UNet2DConditionModel:
    return UNet2DConditionModel(sample_size=64, cross_attention_dim=768, attention_head_dim=8)


def sdxl_unet() -> UNet2DConditionModel:
    return UNet2DConditionModel(
        sample_size=128,
        block_out_channels=(320, 640, 1280),
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        transformer_layers_per_block=[1, 2, 10],
        attention_head_dim=[5, 10, 20],
        cross_attention_dim=2048,
        use_linear_projection=True,
        addition_embed_type="text_time",
        addition_time_embed_dim=256,
        projection_class_embeddings_input_dim=2816,
    )
