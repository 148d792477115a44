"""Writes the UNet of SDXL with random weights (2,567 million, float16, 5.1 GB) into a folder: its argument."""

from __future__ import annotations

import sys

import torch
from diffusers import UNet2DConditionModel


def random_half() -> UNet2DConditionModel:
    """Made without memory for anything but its numbers, with the deviations that a fresh layer has."""
    with torch.device("meta"):
        unet = UNet2DConditionModel(
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
        ).half()
    unet.to_empty(device="cpu")
    for name, value in unet.named_parameters():
        if value.dim() > 1:
            torch.nn.init.normal_(value, std=0.5 / value[0].numel() ** 0.5)
        else:
            torch.nn.init.constant_(value, float("norm" in name and name.endswith("weight")))
    return unet


if __name__ == "__main__":
    torch.manual_seed(0)
    random_half().save_pretrained(sys.argv[1])
