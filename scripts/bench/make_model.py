"""Writes Stable Diffusion 1.5 with random weights (one thousand million, float32) into a folder.

Arguments: the folder, and one with a tokenizer.
"""

from __future__ import annotations

import sys

import torch
from diffusers import AutoencoderKL, DPMSolverMultistepScheduler, StableDiffusionPipeline, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

torch.manual_seed(0)
blocks = len(VAE_CHANNELS := (128, 256, 512, 512))
StableDiffusionPipeline(
    vae=AutoencoderKL(
        block_out_channels=VAE_CHANNELS,
        down_block_types=("DownEncoderBlock2D",) * blocks,
        up_block_types=("UpDecoderBlock2D",) * blocks,
        layers_per_block=2,
        sample_size=512,
    ),
    text_encoder=CLIPTextModel(
        CLIPTextConfig(
            hidden_size=768,
            intermediate_size=3072,
            num_hidden_layers=12,
            num_attention_heads=12,
            bos_token_id=49406,
            eos_token_id=49407,
        )
    ),
    tokenizer=CLIPTokenizer.from_pretrained(sys.argv[2]),
    unet=UNet2DConditionModel(sample_size=64, cross_attention_dim=768, attention_head_dim=8),
    scheduler=DPMSolverMultistepScheduler(
        beta_schedule="scaled_linear", beta_start=0.00085, beta_end=0.012, steps_offset=1
    ),
    safety_checker=None,
    feature_extractor=None,
    requires_safety_checker=False,
).save_pretrained(sys.argv[1])
