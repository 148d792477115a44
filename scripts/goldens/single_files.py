"""Checkpoints that are one file (CompVis' LDM layout, Stability's sgm layout), for `test/goldens/single-files/`.

Each is made of diffusers' networks by the naming rules below, and accepted only if diffusers' own conversion turns it
back into those networks, bit for bit. Written are, for each family, a tiny random checkpoint with the hashes of
diffusers' tensors, and the names and shapes of a checkpoint of the real size.
"""

from __future__ import annotations

import gzip
import hashlib
import itertools
import json
import re
from collections.abc import Callable
from pathlib import Path

import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from diffusers.loaders.single_file_utils import (
    convert_ldm_clip_checkpoint,
    convert_ldm_unet_checkpoint,
    convert_ldm_vae_checkpoint,
    convert_open_clip_checkpoint,
)
from safetensors.torch import save
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

TOPIC = "single-files"

State = dict[str, torch.Tensor]
UNET, VAE = "model.diffusion_model.", "first_stage_model."
CLIP_1, OPEN_CLIP_2 = "cond_stage_model.transformer.", "cond_stage_model.model."
CLIP_XL, OPEN_CLIP_XL = "conditioner.embedders.0.transformer.", "conditioner.embedders.1.model."
DOWN, UP = ("CrossAttnDownBlock2D", "DownBlock2D"), ("UpBlock2D", "CrossAttnUpBlock2D")

RESNET = {
    "norm1": "in_layers.0",
    "conv1": "in_layers.2",
    "time_emb_proj": "emb_layers.1",
    "norm2": "out_layers.0",
    "conv2": "out_layers.3",
    "conv_shortcut": "skip_connection",
}
UNET_ENDS = {
    "time_embedding.linear_1": "time_embed.0",
    "time_embedding.linear_2": "time_embed.2",
    "add_embedding.linear_1": "label_emb.0.0",
    "add_embedding.linear_2": "label_emb.0.2",
    "conv_in": "input_blocks.0.0",
    "conv_norm_out": "out.0",
    "conv_out": "out.2",
}
VAE_ATTENTION = {"group_norm": "norm", "to_q": "q", "to_k": "k", "to_v": "v", "to_out.0": "proj_out"}
OPEN_CLIP = {
    "layer_norm1": "ln_1",
    "layer_norm2": "ln_2",
    "self_attn.out_proj": "attn.out_proj",
    "mlp.fc1": "mlp.c_fc",
    "mlp.fc2": "mlp.c_proj",
}


def unet_name(name: str, unet: UNet2DConditionModel) -> str:
    module, _, kind = name.rpartition(".")
    if module in UNET_ENDS:
        return f"{UNET_ENDS[module]}.{kind}"
    block, rest = re.fullmatch(r"(down_blocks\.\d+|mid_block|up_blocks\.\d+)\.(.+)", name).groups()
    part, index, inner = re.fullmatch(r"(\w+)\.(\d+)\.(.+)", rest).groups()
    index, level = int(index), int(block.split(".")[1]) if "." in block else 0
    per_level = unet.config.layers_per_block + 1
    if part == "resnets":
        layer, _, kind = inner.rpartition(".")
        inner = f"{RESNET[layer]}.{kind}"
    if block == "mid_block":
        return f"middle_block.{2 * index if part == 'resnets' else 1}.{inner}"
    if block.startswith("down"):
        if part == "downsamplers":
            return f"input_blocks.{(level + 1) * per_level}.0.op.{inner.removeprefix('conv.')}"
        return f"input_blocks.{1 + level * per_level + index}.{0 if part == 'resnets' else 1}.{inner}"
    if part == "upsamplers":
        place = 2 if "Attn" in unet.config.up_block_types[level] else 1
        return f"output_blocks.{(level + 1) * per_level - 1}.{place}.{inner}"
    return f"output_blocks.{level * per_level + index}.{0 if part == 'resnets' else 1}.{inner}"


def vae_name(name: str, vae: AutoencoderKL) -> str:
    last = len(vae.config.block_out_channels) - 1
    name = name.replace("conv_norm_out", "norm_out").replace("conv_shortcut", "nin_shortcut")
    name = re.sub(r"mid_block\.resnets\.(\d)", lambda match: f"mid.block_{int(match[1]) + 1}", name)
    attention = re.fullmatch(r"(\w+)\.mid_block\.attentions\.0\.(.+)\.(\w+)", name)
    if attention:
        return f"{attention[1]}.mid.attn_1.{VAE_ATTENTION[attention[2]]}.{attention[3]}"
    name = re.sub(r"down_blocks\.(\d)\.resnets", r"down.\1.block", name)
    name = re.sub(r"down_blocks\.(\d)\.downsamplers\.0", r"down.\1.downsample", name)
    name = re.sub(r"up_blocks\.(\d)\.resnets", lambda match: f"up.{last - int(match[1])}.block", name)
    return re.sub(r"up_blocks\.(\d)\.upsamplers\.0", lambda match: f"up.{last - int(match[1])}.upsample", name)


def open_clip(state: State) -> State:
    """transformers' names to OpenCLIP's; query, key and value become one matrix."""
    made: State = {}
    for name, value in state.items():
        layer = re.fullmatch(r"encoder\.layers\.(\d+)\.(.+)\.(weight|bias)", name)
        if name == "text_projection.weight":
            made["text_projection"] = value.T.contiguous()
        elif name.startswith("embeddings.token"):
            made["token_embedding.weight"] = value
        elif name.startswith("embeddings.position"):
            made["positional_embedding"] = value
        elif layer is None:
            made[name.replace("final_layer_norm", "ln_final")] = value
        elif layer[2] in OPEN_CLIP:
            made[f"transformer.resblocks.{layer[1]}.{OPEN_CLIP[layer[2]]}.{layer[3]}"] = value
        elif layer[2] == "self_attn.q_proj":
            parts = [state[name.replace("q_proj", part)] for part in ("q_proj", "k_proj", "v_proj")]
            made[f"transformer.resblocks.{layer[1]}.attn.in_proj_{layer[3]}"] = torch.cat(parts)
    return made | {"logit_scale": torch.ones((), dtype=next(iter(state.values())).dtype)}


def state_of(model: torch.nn.Module) -> State:
    """Names as transformers 5 saves them."""
    return {name.removeprefix("text_model."): value for name, value in model.state_dict().items()}


def new_text(width: int, layers: int, activation: str, sizes: dict[str, int], projection: int = 0) -> CLIPTextModel:
    config = CLIPTextConfig(
        vocab_size=sizes["words"],
        hidden_size=width,
        intermediate_size=4 * width,
        num_hidden_layers=layers,
        num_attention_heads=max(1, width // 64),
        hidden_act=activation,
        projection_dim=projection or 512,
        pad_token_id=0,
        bos_token_id=1,
        eos_token_id=2,
    )
    return (CLIPTextModelWithProjection if projection else CLIPTextModel)(config)


def new_family(name: str, real: bool) -> tuple[dict[str, torch.nn.Module], torch.nn.Module | None]:
    """The networks of a family, and the last layers of its text encoder that diffusers leaves out."""
    words = {"words": 49408 if real else 20}
    channels = (320, 640, 1280, 1280) if real else (32, 32, 64, 64)
    vae = AutoencoderKL(
        block_out_channels=(128, 256, 512, 512) if real else (32, 32, 32, 64),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        layers_per_block=2,
        latent_channels=4,
        norm_num_groups=32,
        scaling_factor=0.13025 if name == "sdxl" else 0.18215,
    )
    if name == "sd1":
        width = 768 if real else 8
        text = new_text(width, 12 if real else 2, "quick_gelu", words)
        unet = UNet2DConditionModel(
            sample_size=64,
            block_out_channels=channels,
            cross_attention_dim=width,
            attention_head_dim=8 if real else 1,
        )
        return {"unet": unet, "vae": vae, "text_encoder": text}, None
    if name == "sd2":
        width = 1024 if real else 8
        unet = UNet2DConditionModel(
            sample_size=96,
            block_out_channels=channels,
            cross_attention_dim=width,
            attention_head_dim=[5, 10, 20, 20] if real else 1,
            use_linear_projection=True,
        )
        text = new_text(width, 23, "gelu", words)
        return {"unet": unet, "vae": vae, "text_encoder": text}, new_text(width, 24, "gelu", words, projection=width)
    small, large = (768, 1280) if real else (8, 12)
    unet = UNet2DConditionModel(
        sample_size=128,
        block_out_channels=(320, 640, 1280) if real else (32, 32, 64),
        down_block_types=(DOWN[1], DOWN[0], DOWN[0]),
        up_block_types=(UP[1], UP[1], UP[0]),
        transformer_layers_per_block=[1, 2, 10] if real else [1, 1, 2],
        cross_attention_dim=small + large,
        attention_head_dim=[5, 10, 20] if real else 1,
        use_linear_projection=True,
        addition_embed_type="text_time",
        addition_time_embed_dim=256 if real else 4,
        projection_class_embeddings_input_dim=(1280 + 6 * 256) if real else (12 + 6 * 4),
    )
    text_2 = new_text(large, 32 if real else 2, "gelu", words, projection=large)
    text = new_text(small, 12 if real else 2, "quick_gelu", words)
    return {"unet": unet, "vae": vae, "text_encoder": text, "text_encoder_2": text_2}, None


def single_file(name: str, parts: dict[str, torch.nn.Module], whole_text: torch.nn.Module | None) -> State:
    made = {UNET + unet_name(key, parts["unet"]): value for key, value in parts["unet"].state_dict().items()}
    for key, value in parts["vae"].state_dict().items():
        is_matrix = ".attentions." in key and value.dim() == 2
        made[VAE + vae_name(key, parts["vae"])] = value[:, :, None, None] if is_matrix else value
    text = state_of(parts["text_encoder"])
    if name == "sd2":
        made |= {OPEN_CLIP_2 + key: value for key, value in open_clip(state_of(whole_text) | text).items()}
        return made
    prefix = CLIP_1 if name == "sd1" else CLIP_XL
    made |= {f"{prefix}text_model.{key}": value for key, value in text.items()}
    made[f"{prefix}text_model.embeddings.position_ids"] = torch.arange(77)[None]
    if name == "sdxl":
        text_2 = open_clip(state_of(parts["text_encoder_2"]))
        made |= {OPEN_CLIP_XL + key: value for key, value in text_2.items()}
    return made


def converted_by_diffusers(name: str, state: State, parts: dict[str, torch.nn.Module]) -> dict[str, State]:
    """The result of converting a checkpoint in diffusers."""
    clip: Callable[[State], State] = convert_ldm_clip_checkpoint
    made = {
        "unet": convert_ldm_unet_checkpoint(dict(state), dict(parts["unet"].config)),
        "vae": convert_ldm_vae_checkpoint(dict(state), dict(parts["vae"].config)),
    }
    if name == "sd1":
        made["text_encoder"] = clip(dict(state))
    elif name == "sd2":
        made["text_encoder"] = convert_open_clip_checkpoint(parts["text_encoder"], dict(state), OPEN_CLIP_2)
    else:
        made["text_encoder"] = clip(dict(state), remove_prefix=CLIP_XL)
        made["text_encoder_2"] = convert_open_clip_checkpoint(parts["text_encoder_2"], dict(state), OPEN_CLIP_XL)
    return {
        part: {key.removeprefix("text_model."): value for key, value in tensors.items() if "position_ids" not in key}
        for part, tensors in made.items()
    }


def check(converted: dict[str, State], parts: dict[str, torch.nn.Module]) -> None:
    for part, model in parts.items():
        expected, found = state_of(model), converted[part]
        assert found.keys() == expected.keys(), (part, found.keys() ^ expected.keys())
        for key, value in expected.items():
            assert found[key].shape == value.shape, (part, key)
            assert value.is_meta or torch.equal(found[key], value), (part, key)


def pattern(shape: torch.Size, number: int) -> torch.Tensor:
    """Values that differ between and within tensors, fit into float16, and compress well."""
    index = torch.arange(shape.numel())
    return (index * (1 + number % 250) % 251 + 251 * (number // 250 % 7)).reshape(shape).half()


def digest(value: torch.Tensor) -> str:
    return hashlib.sha256(value.contiguous().numpy().tobytes()).hexdigest()[:16]


def settings(model: torch.nn.Module) -> dict[str, object]:
    config = model.config if isinstance(model.config, dict) else model.config.to_dict()
    return {key: value for key, value in config.items() if not key.startswith("_")}


def pack(value: object, file: Path) -> None:
    file.write_bytes(gzip.compress(json.dumps(value).encode(), mtime=0))


def write(folder: Path) -> None:
    torch.manual_seed(0)
    real: dict[str, object] = {}
    for name in ("sd1", "sd2", "sdxl"):
        with torch.device("meta"):
            parts, whole_text = new_family(name, real=True)
        state = single_file(name, parts, whole_text)
        check(converted_by_diffusers(name, state, parts), parts)
        real[name] = {
            "file": {key: list(value.shape) for key, value in state.items()},
            "parts": {
                part: {
                    "config": settings(model),
                    "tensors": {key: list(value.shape) for key, value in state_of(model).items()},
                }
                for part, model in parts.items()
            },
        }
        print(f"  {name}: {len(state)} tensors")

        parts, whole_text = new_family(name, real=False)
        number = itertools.count()
        for model in [*parts.values(), *([whole_text] if whole_text else [])]:
            for parameter in model.parameters():
                parameter.data = pattern(parameter.shape, next(number))
            model.half()
        state = single_file(name, parts, whole_text)
        converted = converted_by_diffusers(name, state, parts)
        check(converted, parts)
        packed = save({key: value.clone().contiguous() for key, value in state.items()})
        (folder / f"{name}.safetensors.gz").write_bytes(gzip.compress(packed, mtime=0))
        hashes = {part: {key: digest(value) for key, value in tensors.items()} for part, tensors in converted.items()}
        pack(hashes, folder / f"{name}.json.gz")
    pack(real, folder / "real-size.json.gz")
    for file in folder.iterdir():
        file.chmod(0o644)
