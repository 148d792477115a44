"""Makes random base models of the size of Stable Diffusion 1.5 and SDXL: `models.py FOLDER DEVICE NAME...`.

Each appears under its name once it is whole; where that is impossible a file `failed` appears, and in the end a file
`ended`. Weights are float16. A card makes thousands of millions of random numbers in no time, a CPU in minutes.
"""

from __future__ import annotations

import shutil
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import torch
from diffusers import (
    AutoencoderKL,
    DPMSolverMultistepScheduler,
    StableDiffusionPipeline,
    StableDiffusionXLPipeline,
    UNet2DConditionModel,
)
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

TOKENIZER = Path(__file__).parents[3] / "src" / "diffusion" / "pocket" / "tokenizer"
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


def vae(device: str, scaling: float) -> AutoencoderKL:
    def make() -> AutoencoderKL:
        return AutoencoderKL(
            block_out_channels=VAE_CHANNELS,
            down_block_types=("DownEncoderBlock2D",) * len(VAE_CHANNELS),
            up_block_types=("UpDecoderBlock2D",) * len(VAE_CHANNELS),
            layers_per_block=2,
            sample_size=512,
            scaling_factor=scaling,
        )

    return random_half(make, device)


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


def sd15(device: str) -> StableDiffusionPipeline:
    return StableDiffusionPipeline(
        vae=vae(device, 0.18215),
        text_encoder=random_half(lambda: CLIPTextModel(clip(768, 12, "quick_gelu")), device),
        tokenizer=CLIPTokenizer.from_pretrained(TOKENIZER),
        unet=random_half(
            lambda: UNet2DConditionModel(sample_size=64, cross_attention_dim=768, attention_head_dim=8), device
        ),
        scheduler=scheduler(),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )


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


def sdxl(device: str) -> StableDiffusionXLPipeline:
    return StableDiffusionXLPipeline(
        vae=vae(device, 0.13025),
        text_encoder=random_half(lambda: CLIPTextModel(clip(768, 12, "quick_gelu")), device),
        text_encoder_2=random_half(lambda: CLIPTextModelWithProjection(clip(1280, 32, "gelu", 1280)), device),
        tokenizer=CLIPTokenizer.from_pretrained(TOKENIZER),
        tokenizer_2=CLIPTokenizer.from_pretrained(TOKENIZER),
        unet=random_half(sdxl_unet, device),
        scheduler=scheduler(),
    )


MODELS = {"sd15": sd15, "sdxl": sdxl}


def main(folder: Path, device: str, names: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    try:
        for name in names:
            torch.manual_seed(0)
            unfinished = folder / f"{name}.unfinished"
            shutil.rmtree(unfinished, ignore_errors=True)
            MODELS[name](device).save_pretrained(unfinished)
            unfinished.rename(folder / name)
    except Exception:
        traceback.print_exc()
        (folder / "failed").touch()
        sys.exit(1)
    finally:
        (folder / "ended").touch()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3:])
