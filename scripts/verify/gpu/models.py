"""Makes random base models of the size of Stable Diffusion 1.5 and SDXL: `models.py FOLDER DEVICE NAME...`.

Each appears under its name once it is whole; where that is impossible a file `failed` appears, and in the end a file
`ended`. Weights are float16. A card makes thousands of millions of random numbers in no time, a CPU in minutes.
"""

from __future__ import annotations

import shutil
import sys
import traceback
from pathlib import Path

import torch
from diffusers import StableDiffusionPipeline, StableDiffusionXLPipeline
from transformers import CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT / "scripts" / "bench"))

from real_size import clip, random_half, scheduler, sd15_unet, sdxl_unet, vae  # noqa: E402

TOKENIZER = ROOT / "src" / "diffusion" / "pocket" / "tokenizer"


def sd15(device: str) -> StableDiffusionPipeline:
    return StableDiffusionPipeline(
        vae=random_half(lambda: vae(0.18215), device),
        text_encoder=random_half(lambda: CLIPTextModel(clip(768, 12, "quick_gelu")), device),
        tokenizer=CLIPTokenizer.from_pretrained(TOKENIZER),
        unet=random_half(sd15_unet, device),
        scheduler=scheduler(),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )


def sdxl(device: str) -> StableDiffusionXLPipeline:
    return StableDiffusionXLPipeline(
        vae=random_half(lambda: vae(0.13025), device),
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
