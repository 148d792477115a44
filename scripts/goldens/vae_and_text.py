"""Random tiny VAEs and CLIP text encoders with their outputs, for `test/goldens/vae-and-text/`."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from diffusers import AutoencoderKL
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModel

TOPIC = "vae-and-text"

VAES = {
    "attention": {"block_out_channels": (8, 12), "layers_per_block": 1, "norm_num_groups": 4},
    "plain": {
        "block_out_channels": (4, 8, 8),
        "layers_per_block": 2,
        "norm_num_groups": 2,
        "mid_block_add_attention": False,
        "use_quant_conv": False,
        "use_post_quant_conv": False,
        "scaling_factor": 0.5,
    },
}
TEXTS = {"quick": "quick_gelu", "exact": "gelu"}


def plain(config: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in config.items() if not key.startswith("_")}


def lively(module: torch.nn.Module) -> None:
    """Biases and scales of fresh modules are 0 and 1, which would hide mistakes."""
    for name, value in module.named_parameters():
        if value.dim() == 1:
            torch.nn.init.normal_(value, mean=1.0 if "norm" in name and "weight" in name else 0.0, std=0.2)


@torch.no_grad()
def write_vae(name: str, settings: dict[str, object], folder: Path) -> None:
    levels = len(settings["block_out_channels"])
    vae = AutoencoderKL(
        down_block_types=("DownEncoderBlock2D",) * levels,
        up_block_types=("UpDecoderBlock2D",) * levels,
        latent_channels=4,
        sample_size=16,
        **settings,
    ).eval()
    lively(vae)
    dtype = torch.float16 if name == "attention" else torch.float32
    vae.to(dtype).float()
    pixels = torch.rand(1, 3, 16, 24) * 2 - 1
    moments = vae.encode(pixels).latent_dist
    latent = torch.randn_like(moments.mean)
    tensors = {
        "pixels": pixels,
        "mean": moments.mean,
        "logvar": moments.logvar,
        "latent": latent,
        "decoded": vae.decode(latent / vae.config.scaling_factor).sample,
    }
    save_file(
        {key: value.contiguous() for key, value in tensors.items()},
        folder / f"vae-{name}-io.safetensors",
    )
    weights = {key: value.to(dtype).contiguous() for key, value in vae.state_dict().items()}
    save_file(weights, folder / f"vae-{name}.safetensors")
    (folder / f"vae-{name}.json").write_text(json.dumps(plain(vae.config)) + "\n")


@torch.no_grad()
def write_text(name: str, activation: str, folder: Path) -> None:
    config = CLIPTextConfig(
        vocab_size=64,
        hidden_size=24,
        intermediate_size=40,
        num_hidden_layers=2,
        num_attention_heads=3,
        hidden_act=activation,
        bos_token_id=62,
        eos_token_id=63,
        pad_token_id=63,
    )
    model = CLIPTextModel(config).eval()
    lively(model)
    for value in model.parameters():
        if value.dim() > 1:
            torch.nn.init.normal_(value, std=0.3)
    dtype = torch.float16 if name == "quick" else torch.float32
    model.to(dtype).float()
    ids = torch.randint(0, 62, (1, 77))
    ids[0, 0], ids[0, 20:] = 62, 63
    states = model(ids).last_hidden_state
    save_file({"ids": ids.int(), "states": states.contiguous()}, folder / f"text-{name}-io.safetensors")
    # transformers 4 wrote a prefix that transformers 5 leaves out: one file of each kind.
    prefix = "text_model." if name == "quick" else ""
    weights = {
        f"{prefix}{key.removeprefix('text_model.')}": value.to(dtype).contiguous()
        for key, value in model.state_dict().items()
        if value.is_floating_point()
    }
    save_file(weights, folder / f"text-{name}.safetensors")
    (folder / f"text-{name}.json").write_text(config.to_json_string())


def write(folder: Path) -> None:
    torch.manual_seed(0)
    for name, settings in VAES.items():
        write_vae(name, settings, folder)
    for name, activation in TEXTS.items():
        write_text(name, activation, folder)
    for file in folder.iterdir():
        file.chmod(0o644)
