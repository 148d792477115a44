"""Writes the UNet of SDXL with random weights (2,567 million, float16, 5.1 GB) into a folder: its argument."""

from __future__ import annotations

import sys

import torch
from real_size import random_half, sdxl_unet

if __name__ == "__main__":
    torch.manual_seed(0)
    random_half(sdxl_unet, "cpu").save_pretrained(sys.argv[1])
