"""Show that the real diffusers loads both kinds of LoRA file that this project writes, with equal effect.

A random LoRA is put on a small UNet by PEFT, saved by diffusers, read and written anew by this project
in kohya's and diffusers' layout, and each file is loaded with `load_lora_weights`: the UNet's outputs
must equal those of PEFT's own adapter within 1e-5. Run: `python scripts/verify/lora_files.py`.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import torch
from diffusers import (
    AutoencoderKL,
    DDPMScheduler,
    StableDiffusionPipeline,
    UNet2DConditionModel,
)
from diffusers.training_utils import _collate_lora_metadata
from diffusers.utils import convert_state_dict_to_diffusers
from peft import LoraConfig
from peft.utils import get_peft_model_state_dict
from safetensors import safe_open

ROOT = Path(__file__).parents[2]
RANK = 4
ALPHA = 2
TOLERANCE = 1e-5


def new_unet() -> UNet2DConditionModel:
    """Blocks with and without attention, heads per level, two transformer layers: every kind of path."""
    torch.manual_seed(0)
    return UNet2DConditionModel(
        sample_size=8,
        block_out_channels=(16, 32, 32),
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        layers_per_block=1,
        transformer_layers_per_block=(1, 1, 2),
        norm_num_groups=8,
        attention_head_dim=(2, 2, 4),
        cross_attention_dim=24,
    ).eval()


def new_pipeline(unet: UNet2DConditionModel) -> StableDiffusionPipeline:
    """The least that `load_lora_weights` needs."""
    return StableDiffusionPipeline(
        vae=AutoencoderKL(),
        text_encoder=None,
        tokenizer=None,
        unet=unet,
        scheduler=DDPMScheduler(),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )


@torch.no_grad()
def output(unet: UNet2DConditionModel) -> torch.Tensor:
    torch.manual_seed(1)
    latent, text = torch.randn(2, 4, 8, 8), torch.randn(2, 5, 24)
    return unet(latent, torch.tensor([10, 900]), encoder_hidden_states=text).sample


def save_reference(unet: UNet2DConditionModel, folder: Path) -> torch.Tensor:
    """Put a random adapter on the UNet, save it as the training script does, give PEFT's own output."""
    targets = ["to_k", "to_q", "to_v", "to_out.0"]
    unet.add_adapter(LoraConfig(r=RANK, lora_alpha=ALPHA, target_modules=targets))
    torch.manual_seed(2)
    for name, value in unet.named_parameters():
        if "lora_" in name:
            torch.nn.init.normal_(value, std=0.3)
    layers = convert_state_dict_to_diffusers(get_peft_model_state_dict(unet))
    metadata = _collate_lora_metadata({"unet": unet})
    StableDiffusionPipeline.save_lora_weights(folder, unet_lora_layers=layers, **metadata)
    return output(unet)


def check_same_keys(reference: Path, written: Path) -> None:
    with safe_open(reference, "pt") as one, safe_open(written, "pt") as other:
        if set(one.keys()) != set(other.keys()):
            raise SystemExit(f"keys differ: {set(one.keys()) ^ set(other.keys())}")
        for key in one.keys():  # noqa: SIM118 - safe_open is not a mapping
            if not torch.equal(one.get_tensor(key), other.get_tensor(key)):
                raise SystemExit(f"{key} differs")


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        unet = new_unet()
        unet.save_config(folder / "unet")
        plain = output(unet)
        expected = save_reference(unet, folder)
        reference = folder / "pytorch_lora_weights.safetensors"
        files = {
            "kohya": folder / "kohya.safetensors",
            "diffusers": folder / "diffusers.safetensors",
        }
        script = ROOT / "scripts" / "verify" / "rewrite-lora.ts"
        config = folder / "unet" / "config.json"
        subprocess.run(["npx", "tsx", script, reference, config, *files.values()], check=True, cwd=ROOT)
        check_same_keys(reference, files["diffusers"])
        print(f"effect of the LoRA: {(expected - plain).abs().max():.3g}")
        for layout, file in {"reference": reference, **files}.items():
            pipeline = new_pipeline(new_unet())
            pipeline.load_lora_weights(folder, weight_name=file.name)
            difference = (output(pipeline.unet) - expected).abs().max().item()
            print(f"{layout}: largest difference {difference:.3g}")
            if not difference <= TOLERANCE:
                raise SystemExit(f"{layout}: the effect differs from PEFT's own adapter")


if __name__ == "__main__":
    main()
