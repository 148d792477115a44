"""The model as a diffusers folder in float16."""

from __future__ import annotations

import copy
import shutil
import tempfile
from pathlib import Path

import torch
from diffusers import (
    AutoencoderKL,
    StableDiffusionPipeline,
    UNet2DConditionModel,
)
from diffusers.utils import logging
from safetensors.torch import load_file, save_file
from transformers import CLIPTextModel, CLIPTokenizer
from transformers.utils.logging import disable_progress_bar

from model import new_scheduler
from tokenizer import write_tokenizer

# Neither a progress bar nor advice on precision belongs among a trainer's lines.
logging.set_verbosity_error()
disable_progress_bar()


def export(
    unet: UNet2DConditionModel,
    text_encoder: CLIPTextModel,
    vae: AutoencoderKL,
    table: Path,
    folder: Path,
) -> None:
    """Replace `folder` by a whole new one, so that nobody ever loads half a model."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    write_tokenizer(table, fresh / "tokenizer")
    pipeline = StableDiffusionPipeline(
        vae=copy.deepcopy(vae),
        text_encoder=copy.deepcopy(text_encoder),
        tokenizer=CLIPTokenizer.from_pretrained(fresh / "tokenizer"),
        unet=copy.deepcopy(unet),
        scheduler=new_scheduler(),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    pipeline.vae.register_to_config(_name_or_path="")  # where it lay is nobody's business
    for module in (pipeline.vae, pipeline.text_encoder, pipeline.unet):
        module.to("cpu", torch.float16, memory_format=torch.contiguous_format)
    pipeline.save_pretrained(fresh, safe_serialization=True)
    restore_names(fresh / "text_encoder" / "model.safetensors")
    # transformers 5 leaves only tokenizer.json, larger than the two files it replaces.
    shutil.rmtree(fresh / "tokenizer")
    write_tokenizer(table, fresh / "tokenizer")
    for path in fresh.rglob("*"):  # safetensors and mkdtemp are private by default
        path.chmod(0o755 if path.is_dir() else 0o644)
    fresh.chmod(0o755)
    old = folder.with_name(f".{folder.name}-old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    fresh.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def restore_names(path: Path) -> None:
    """Every SD 1.x folder says `text_model.…`, and all loaders know it; transformers 5 does not."""
    tensors = load_file(path)
    named = {
        name if name.startswith("text_model.") else f"text_model.{name}": tensor
        for name, tensor in tensors.items()
    }
    save_file(named, path, metadata={"format": "pt"})
