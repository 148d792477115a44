"""Writes Stable Diffusion 1.5 with random weights (one thousand million, float32) into a folder.

Arguments: the folder, and one with a tokenizer.
"""

from __future__ import annotations

import sys

import torch
from diffusers import StableDiffusionPipeline
from real_size import clip, scheduler, sd15_unet, vae
from transformers import CLIPTextModel, CLIPTokenizer

torch.manual_seed(0)
StableDiffusionPipeline(
    vae=vae(0.18215),
    text_encoder=CLIPTextModel(clip(768, 12, "quick_gelu")),
    tokenizer=CLIPTokenizer.from_pretrained(sys.argv[2]),
    unet=sd15_unet(),
    scheduler=scheduler(),
    safety_checker=None,
    feature_extractor=None,
    requires_safety_checker=False,
).save_pretrained(sys.argv[1])
