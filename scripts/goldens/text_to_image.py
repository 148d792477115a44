"""A random tiny model in a diffusers folder, a LoRA, and pictures that diffusers generates with them on the CPU.

For `test/goldens/text-to-image/`. The weights are scaled so that pictures have many colours.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

import numpy as np
import torch
from diffusers import (
    AutoencoderKL,
    PNDMScheduler,
    StableDiffusionPipeline,
    UNet2DConditionModel,
)
from diffusers.utils import convert_state_dict_to_diffusers
from lora_files import adapter_metadata
from peft import LoraConfig
from peft.utils import get_peft_model_state_dict
from safetensors.torch import save_file
from samplers import SAMPLERS, STABLE_DIFFUSION
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

TOPIC = "text-to-image"
WIDTH = 16
PROMPT = "a girl, Red hair"
NEGATIVE = "bad"
STEPS = 8
SEED = 1024


def new_tokenizer(folder: Path) -> CLIPTokenizer:
    """All bytes and two merges: enough for any text."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    letters = [chr(byte) for byte in printable]
    letters += [chr(256 + index) for index in range(256 - len(printable))]
    merges = ["g i", "r e"]
    words = letters + [f"{letter}</w>" for letter in letters] + ["gi", "re"]
    words += ["<|startoftext|>", "<|endoftext|>"]
    (folder / "vocab.json").write_text(json.dumps({word: index for index, word in enumerate(words)}))
    (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(merges) + "\n")
    return CLIPTokenizer.from_pretrained(folder, model_max_length=77)


def new_pipeline() -> StableDiffusionPipeline:
    torch.manual_seed(0)
    with tempfile.TemporaryDirectory() as name:
        tokenizer = new_tokenizer(Path(name))
    vocabulary = len(tokenizer)
    text_encoder = CLIPTextModel(
        CLIPTextConfig(
            vocab_size=vocabulary,
            hidden_size=WIDTH,
            intermediate_size=32,
            num_hidden_layers=2,
            num_attention_heads=2,
            bos_token_id=vocabulary - 2,
            eos_token_id=vocabulary - 1,
            pad_token_id=vocabulary - 1,
        )
    )
    unet = UNet2DConditionModel(
        sample_size=16,
        block_out_channels=(8, 16),
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        layers_per_block=1,
        norm_num_groups=4,
        attention_head_dim=2,
        cross_attention_dim=WIDTH,
    )
    vae = AutoencoderKL(
        block_out_channels=(8, 8),
        down_block_types=("DownEncoderBlock2D",) * 2,
        up_block_types=("UpDecoderBlock2D",) * 2,
        layers_per_block=1,
        norm_num_groups=4,
        sample_size=32,
        scaling_factor=0.5,
    )
    for value in text_encoder.parameters():
        if value.dim() > 1:
            torch.nn.init.normal_(value, std=0.4)
    unet.conv_out.weight.data *= 3
    vae.decoder.conv_out.weight.data *= 1.5
    return StableDiffusionPipeline(
        vae=vae.eval(),
        text_encoder=text_encoder.eval(),
        tokenizer=tokenizer,
        unet=unet.eval(),
        scheduler=PNDMScheduler.from_config(STABLE_DIFFUSION | {"skip_prk_steps": True}),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )


def save_lora(pipeline: StableDiffusionPipeline, folder: Path) -> None:
    unet = UNet2DConditionModel.from_config(pipeline.unet.config)
    unet.add_adapter(LoraConfig(r=2, lora_alpha=4, target_modules=["to_k", "to_q", "to_v", "to_out.0"]))
    for name, value in unet.named_parameters():
        if "lora_" in name:
            torch.nn.init.normal_(value, std=0.2)
    layers = convert_state_dict_to_diffusers(get_peft_model_state_dict(unet))
    StableDiffusionPipeline.save_lora_weights(
        folder,
        unet_lora_layers=layers,
        weight_name="lora.safetensors",
        **adapter_metadata(unet),
    )


def generate(pipeline: StableDiffusionPipeline, sampler: str, guidance: float) -> torch.Tensor:
    pipeline.scheduler = SAMPLERS[sampler].from_config(pipeline.scheduler.config)
    pipeline.set_progress_bar_config(disable=True)
    picture = pipeline(
        PROMPT,
        negative_prompt=NEGATIVE,
        num_inference_steps=STEPS,
        guidance_scale=guidance,
        generator=torch.Generator().manual_seed(SEED),
        output_type="np",
    ).images[0]
    return torch.from_numpy((picture * 255).round().astype(np.uint8)).contiguous()


def write(folder: Path) -> None:
    pipeline = new_pipeline()
    shutil.rmtree(folder / "model", ignore_errors=True)
    pipeline.save_pretrained(folder / "model")
    save_lora(pipeline, folder)

    def fresh() -> StableDiffusionPipeline:
        """From the saved folder, so that a scheduler's settings are those that its file gives."""
        return StableDiffusionPipeline.from_pretrained(folder / "model")

    pictures = {sampler: generate(fresh(), sampler, 4.0) for sampler in SAMPLERS}
    pictures["unguided"] = generate(fresh(), "dpmpp_2m", 1.0)
    with_lora = fresh()
    with_lora.load_lora_weights(folder, weight_name="lora.safetensors")
    pictures["lora"] = generate(with_lora, "dpmpp_2m", 4.0)
    save_file(pictures, folder / "pictures.safetensors")
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    for name, picture in pictures.items():
        middling = ((picture > 0) & (picture < 255)).float().mean()
        print(f"  {name}: {middling:.0%} of the values are neither 0 nor 255, deviation {picture.float().std():.0f}")
