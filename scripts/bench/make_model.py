"""Writes the UNet of Stable Diffusion 1.5 with random weights (860 million, float32) into a folder: its argument."""

from __future__ import annotations

import sys

import torch
from diffusers import UNet2DConditionModel

torch.manual_seed(0)
UNet2DConditionModel(sample_size=64, cross_attention_dim=768, attention_head_dim=8).save_pretrained(sys.argv[1])
