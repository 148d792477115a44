"""LoRAs of every kind of layer in the dialects of several programs, and what diffusers generates with them.

For `test/goldens/lora-dialects/`. The base model is that of `test/goldens/text-to-image/`. diffusers itself writes its
own layout and, by its converter, kohya's; the file of 2023 is made by the rules of diffusers 0.14 to 0.20, which the
diffusers of today still reads: it generates the pictures from the files themselves.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from diffusers import StableDiffusionPipeline
from diffusers.training_utils import _collate_lora_metadata
from diffusers.utils import convert_state_dict_to_diffusers, convert_state_dict_to_kohya
from peft import LoraConfig
from peft.utils import get_peft_model_state_dict
from safetensors.torch import load_file, save_file
from samplers import SAMPLERS

TOPIC = "lora-dialects"
UNET_LAYERS = [
    *("to_q", "to_k", "to_v", "to_out.0", "ff.net.0.proj", "ff.net.2", "proj_in", "proj_out"),
    *("conv1", "conv2", "conv_shortcut", "time_emb_proj", "conv", "conv_in", "conv_out", "linear_1", "linear_2"),
]
TEXT_LAYERS = ["q_proj", "k_proj", "v_proj", "out_proj", "fc1", "fc2"]


def fresh(model: Path) -> StableDiffusionPipeline:
    pipeline = StableDiffusionPipeline.from_pretrained(model)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def generate(pipeline: StableDiffusionPipeline, scale: float = 1.0) -> torch.Tensor:
    pipeline.scheduler = SAMPLERS["dpmpp_2m"].from_config(pipeline.scheduler.config)
    pipeline.set_adapters(
        "default_0" if "default_0" in pipeline.get_list_adapters().get("unet", []) else "default", scale
    )
    picture = pipeline(
        "a girl, Red hair",
        negative_prompt="bad",
        num_inference_steps=8,
        guidance_scale=4.0,
        generator=torch.Generator().manual_seed(1024),
        output_type="np",
    ).images[0]
    return torch.from_numpy((picture * 255).round().astype(np.uint8)).contiguous()


def add_adapters(pipeline: StableDiffusionPipeline) -> None:
    """Ranks and alphas that differ between layers and networks."""
    unet = LoraConfig(
        r=3,
        lora_alpha=2,
        target_modules=UNET_LAYERS,
        # Not in attentions: read from kohya's names, diffusers 0.42 takes the commonest alpha for them all.
        rank_pattern={"ff.net.2": 2, "conv1": 4},
        alpha_pattern={"conv2": 5},
    )
    text = LoraConfig(r=2, lora_alpha=3, target_modules=TEXT_LAYERS)
    torch.manual_seed(7)
    for network, config in ((pipeline.unet, unet), (pipeline.text_encoder, text)):
        network.add_adapter(config)
        for name, value in network.named_parameters():
            if "lora_" in name:
                torch.nn.init.normal_(value, std=0.2)


def to_2023(tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The keys of diffusers 0.14 to 0.20: attention processors of the UNet alone, alpha always the rank."""
    return {
        key.replace(".to_out.0.lora.", ".to_out.lora.")
        .replace(".lora.", "_lora.")
        .replace(".to_", ".processor.to_"): value
        for key, value in tensors.items()
        if ".lora.down." in key or ".lora.up." in key
    }


def write(folder: Path) -> None:
    model = folder.parent / "text-to-image" / "model"
    pipeline = fresh(model)
    add_adapters(pipeline)
    unet = convert_state_dict_to_diffusers(get_peft_model_state_dict(pipeline.unet))
    text = convert_state_dict_to_diffusers(get_peft_model_state_dict(pipeline.text_encoder))
    metadata = _collate_lora_metadata({"unet": pipeline.unet, "text_encoder": pipeline.text_encoder})
    for settings in metadata.values():
        settings["target_modules"] = sorted(settings["target_modules"])
        settings["base_model_name_or_path"] = None
    StableDiffusionPipeline.save_lora_weights(
        folder,
        unet_lora_layers=unet,
        text_encoder_lora_layers=text,
        weight_name="diffusers.safetensors",
        **metadata,
    )
    pictures = {"full": generate(pipeline), "half": generate(pipeline, 0.5)}
    all_layers = load_file(folder / "diffusers.safetensors")
    peft = {key.replace("lora.down", "lora_A").replace("lora.up", "lora_B"): value for key, value in all_layers.items()}
    peft = {
        key.replace("lora_linear_layer.down", "lora_A").replace("lora_linear_layer.up", "lora_B"): value
        for key, value in peft.items()
    }
    # The converter writes alpha as the rank, and takes over that transformers 5 has no `text_model`.
    kohya = convert_state_dict_to_kohya(peft)
    save_file(
        {key.replace("lora_te1_", "lora_te_text_model_"): value for key, value in kohya.items()},
        folder / "kohya.safetensors",
    )
    loaded = fresh(model)
    loaded.load_lora_weights(folder, weight_name="kohya.safetensors")
    pictures["kohya"] = generate(loaded)
    torch.save(to_2023(all_layers), folder / "pytorch_lora_weights.bin")
    old = fresh(model)
    old.load_lora_weights(folder, weight_name="pytorch_lora_weights.bin", use_safetensors=False)
    pictures["2023"] = generate(old)
    save_file(pictures, folder / "pictures.safetensors")
    for file in folder.iterdir():
        file.chmod(0o644)
