"""Show that the real diffusers loads the LoRA files that this project writes, with equal effect.

Random LoRAs in every kind of layer are put on a small Stable Diffusion pipeline and a small SDXL one by PEFT and saved
by diffusers; this project reads them, writes them again in kohya's and diffusers' layout, and each file is loaded with
`load_lora_weights`: the outputs of the UNet and the text encoders must equal those of PEFT's own adapters within 1e-5.
Run: `python scripts/verify/lora_files.py`.
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
    StableDiffusionXLPipeline,
    UNet2DConditionModel,
)
from diffusers.training_utils import _collate_lora_metadata
from diffusers.utils import convert_state_dict_to_diffusers
from peft import LoraConfig
from peft.utils import get_peft_model_state_dict
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

ROOT = Path(__file__).parents[2]
TOLERANCE = 1e-5
WIDTH = 16
ATTENTION = ["to_q", "to_k", "to_v", "to_out.0"]
UNET_LAYERS = [
    *ATTENTION,
    "ff.net.0.proj",
    "ff.net.2",
    "proj_in",
    "proj_out",
    "conv1",
    "conv2",
    "time_emb_proj",
    "conv",
]
TEXT_LAYERS = ["q_proj", "k_proj", "v_proj", "out_proj", "fc1", "fc2"]

Pipeline = StableDiffusionPipeline | StableDiffusionXLPipeline


def text_config() -> CLIPTextConfig:
    return CLIPTextConfig(
        vocab_size=64,
        hidden_size=WIDTH,
        intermediate_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        projection_dim=WIDTH,
        eos_token_id=63,
    )


def new_sd() -> StableDiffusionPipeline:
    torch.manual_seed(0)
    unet = UNet2DConditionModel(
        sample_size=8,
        block_out_channels=(16, 32, 32),
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        layers_per_block=1,
        transformer_layers_per_block=(1, 1, 2),
        norm_num_groups=8,
        attention_head_dim=(2, 2, 4),
        cross_attention_dim=WIDTH,
    ).eval()
    return StableDiffusionPipeline(
        vae=AutoencoderKL(),
        text_encoder=CLIPTextModel(text_config()).eval(),
        tokenizer=None,
        unet=unet,
        scheduler=DDPMScheduler(),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )


def new_sdxl() -> StableDiffusionXLPipeline:
    """Two layers a block and SDXL's kinds of blocks: sgm's names count them."""
    torch.manual_seed(0)
    unet = UNet2DConditionModel(
        sample_size=8,
        block_out_channels=(8, 16, 16),
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        layers_per_block=2,
        transformer_layers_per_block=(1, 1, 2),
        norm_num_groups=4,
        attention_head_dim=(2, 2, 4),
        cross_attention_dim=2 * WIDTH,
        use_linear_projection=True,
        addition_embed_type="text_time",
        addition_time_embed_dim=4,
        projection_class_embeddings_input_dim=WIDTH + 24,
    ).eval()
    return StableDiffusionXLPipeline(
        vae=AutoencoderKL(),
        text_encoder=CLIPTextModel(text_config()).eval(),
        text_encoder_2=CLIPTextModelWithProjection(text_config()).eval(),
        tokenizer=None,
        tokenizer_2=None,
        unet=unet,
        scheduler=DDPMScheduler(),
    )


def networks(pipeline: Pipeline) -> dict[str, torch.nn.Module]:
    names = ("unet", "text_encoder", "text_encoder_2")
    return {name: getattr(pipeline, name) for name in names if getattr(pipeline, name, None) is not None}


@torch.no_grad()
def outputs(pipeline: Pipeline) -> dict[str, torch.Tensor]:
    """Of every network, on the same random inputs."""
    torch.manual_seed(1)
    ids = torch.randint(0, 63, (2, 77))
    ids[:, -1] = 63
    latent = torch.randn(2, 4, 8, 8)
    text = torch.randn(2, 5, pipeline.unet.config.cross_attention_dim)
    added = {"text_embeds": torch.randn(2, WIDTH), "time_ids": torch.ones(2, 6)}
    result = {name: network(ids)[0] for name, network in networks(pipeline).items() if name != "unet"}
    result["unet"] = pipeline.unet(
        latent, torch.tensor([10, 900]), encoder_hidden_states=text, added_cond_kwargs=added
    ).sample
    return result


def save_reference(pipeline: Pipeline, folder: Path, layers: list[str], in_text: bool) -> dict[str, torch.Tensor]:
    """Put random adapters on the networks, save them as the training scripts do, give PEFT's own outputs."""
    torch.manual_seed(2)
    own = networks(pipeline) if in_text else {"unet": pipeline.unet}
    states: dict[str, dict[str, torch.Tensor]] = {}
    for name, network in own.items():
        # An alpha for each network, and one rank: diffusers reads kohya's alphas of attentions as the commonest of all.
        target = layers if name == "unet" else TEXT_LAYERS
        network.add_adapter(LoraConfig(r=4, lora_alpha=2 if name == "unet" else 3, target_modules=target))
        for key, value in network.named_parameters():
            if "lora_" in key:
                torch.nn.init.normal_(value, std=0.2)
        states[f"{name}_lora_layers"] = convert_state_dict_to_diffusers(get_peft_model_state_dict(network))
    pipeline.save_lora_weights(folder, **states, **_collate_lora_metadata(own))
    return outputs(pipeline)


def verify(name: str, layers: list[str], in_text: bool) -> None:
    make = {"sd": new_sd, "sdxl": new_sdxl}[name]
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        plain = outputs(make())
        expected = save_reference(make(), folder, layers, in_text)
        reference = folder / "pytorch_lora_weights.safetensors"
        files = {"kohya": folder / "kohya.safetensors", "diffusers": folder / "diffusers.safetensors"}
        script = ROOT / "scripts" / "verify" / "rewrite-lora.ts"
        subprocess.run(["npx", "tsx", script, reference, name, *files.values()], check=True, cwd=ROOT)
        # diffusers 0.42 loses the attentions of its own files when other layers of the UNet have LoRAs too.
        own = {"reference": reference} if layers is ATTENTION else {}
        for layout, file in (own | files).items():
            pipeline = make()
            pipeline.load_lora_weights(folder, weight_name=file.name)
            for network, output in outputs(pipeline).items():
                difference = (output - expected[network]).abs().max().item()
                effect = (expected[network] - plain[network]).abs().max().item()
                print(f"{name} {layout} {network}: effect {effect:.3g}, largest difference {difference:.3g}")
                if not difference <= TOLERANCE:
                    raise SystemExit(f"{name} {layout}: {network} differs from PEFT's own adapter")


def main() -> None:
    verify("sd", ATTENTION, in_text=False)
    verify("sd", UNET_LAYERS, in_text=True)
    verify("sdxl", ATTENTION, in_text=False)
    verify("sdxl", UNET_LAYERS, in_text=True)


if __name__ == "__main__":
    main()
