"""LoRA files as diffusers and kohya's sd-scripts write them, for `test/goldens/lora-files/`."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from diffusers import StableDiffusionPipeline, UNet2DConditionModel
from diffusers.training_utils import _collate_lora_metadata
from diffusers.utils import convert_state_dict_to_diffusers
from peft import LoraConfig
from peft.utils import get_peft_model_state_dict

TOPIC = "lora-files"


def adapter_metadata(unet: UNet2DConditionModel) -> dict[str, object]:
    """As the training script collects it; the set of targets sorted, so that files are remade byte for byte."""
    metadata = _collate_lora_metadata({"unet": unet})
    settings = metadata["unet_lora_adapter_metadata"]
    settings["target_modules"] = sorted(settings["target_modules"])
    return metadata


def write(folder: Path) -> None:
    """One random adapter with an alpha that is not its rank, and the effect of each of its modules."""
    torch.manual_seed(0)
    unet = UNet2DConditionModel(
        sample_size=8,
        block_out_channels=(8, 8),
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        layers_per_block=1,
        norm_num_groups=4,
        attention_head_dim=2,
        cross_attention_dim=12,
    )
    targets = ["to_k", "to_q", "to_v", "to_out.0"]
    unet.add_adapter(LoraConfig(r=2, lora_alpha=3, target_modules=targets))
    for name, value in unet.named_parameters():
        if "lora_" in name:
            torch.nn.init.normal_(value)
    layers = convert_state_dict_to_diffusers(get_peft_model_state_dict(unet))
    StableDiffusionPipeline.save_lora_weights(
        folder,
        unet_lora_layers=layers,
        weight_name="diffusers.safetensors",
        **adapter_metadata(unet),
    )
    (folder / "diffusers.safetensors").chmod(0o644)
    config = {key: value for key, value in unet.config.items() if not key.startswith("_") and value is not None}
    (folder / "unet-config.json").write_text(json.dumps(config) + "\n")
    effects = {
        name: module.get_delta_weight("default").detach().flatten()[:6].tolist()
        for name, module in unet.named_modules()
        if hasattr(module, "get_delta_weight")
    }
    (folder / "effects.json").write_text(json.dumps(effects) + "\n")
