"""Random tiny models of Stable Diffusion 2.x and XL in diffusers folders, for `test/goldens/families/`.

With images that diffusers generates with them on the CPU, and ten steps of LoRA training. Those of 1.x are in
the topics `unet`, `ten-steps` and `text-to-image`. The weights of 2.x are bfloat16 in shards, those of XL a float16
variant.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import numpy as np
import torch
from diffusers import (
    AutoencoderKL,
    DDPMScheduler,
    DiffusionPipeline,
    EulerDiscreteScheduler,
    PNDMScheduler,
    StableDiffusionPipeline,
    StableDiffusionXLPipeline,
    UNet2DConditionModel,
)
from diffusers.training_utils import compute_snr
from peft import LoraConfig
from safetensors.torch import save_file
from samplers import SAMPLERS, STABLE_DIFFUSION
from text_to_image import NEGATIVE, PROMPT, SEED, STEPS, new_tokenizer
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer
from unet import flat, lora_parameters

TOPIC = "families"

RANK, ALPHA, GAMMA, TRAINING_STEPS, BATCH, TOKENS = 2, 1.0, 5.0, 10, 2, 77
ATTENDING = ("CrossAttnDownBlock2D", "CrossAttnUpBlock2D")
PLAIN = ("DownBlock2D", "UpBlock2D")


def tokenizer(padding: str) -> CLIPTokenizer:
    with tempfile.TemporaryDirectory() as name:
        made = new_tokenizer(Path(name))
    made.pad_token = padding
    return made


def text_config(words: CLIPTokenizer, width: int, activation: str, projection: int = 8) -> CLIPTextConfig:
    return CLIPTextConfig(
        vocab_size=len(words),
        hidden_size=width,
        intermediate_size=2 * width,
        num_hidden_layers=3,
        num_attention_heads=2,
        hidden_act=activation,
        projection_dim=projection,
        bos_token_id=len(words) - 2,
        eos_token_id=len(words) - 1,
        pad_token_id=words.convert_tokens_to_ids(words.pad_token),
    )


def lively(*encoders: torch.nn.Module) -> None:
    """Far from their initial values, so that the prompt matters."""
    for encoder in encoders:
        for value in encoder.parameters():
            if value.dim() > 1:
                torch.nn.init.normal_(value, std=0.4)


def new_vae(scaling_factor: float) -> AutoencoderKL:
    return AutoencoderKL(
        block_out_channels=(8, 8),
        down_block_types=("DownEncoderBlock2D",) * 2,
        up_block_types=("UpDecoderBlock2D",) * 2,
        layers_per_block=1,
        norm_num_groups=4,
        sample_size=32,
        scaling_factor=scaling_factor,
    )


def new_unet(attending: list[bool], **settings: object) -> UNet2DConditionModel:
    down = [ATTENDING[0] if attends else PLAIN[0] for attends in attending]
    up = [ATTENDING[1] if attends else PLAIN[1] for attends in reversed(attending)]
    unet = UNet2DConditionModel(
        sample_size=16,
        down_block_types=down,
        up_block_types=up,
        layers_per_block=1,
        norm_num_groups=4,
        use_linear_projection=True,
        **settings,
    )
    for parameter in unet.parameters():
        # Scales, biases and their order would not matter as they begin.
        parameter.data.add_(torch.randn_like(parameter) * 0.05)
    return unet


def new_sd2() -> StableDiffusionPipeline:
    words = tokenizer("!")
    text_encoder = CLIPTextModel(text_config(words, 16, "gelu"))
    lively(text_encoder)
    unet = new_unet(
        [True, False],
        block_out_channels=(8, 16),
        attention_head_dim=(2, 4),
        cross_attention_dim=16,
    )
    return StableDiffusionPipeline(
        vae=new_vae(0.5),
        text_encoder=text_encoder,
        tokenizer=words,
        unet=unet,
        scheduler=PNDMScheduler.from_config(
            STABLE_DIFFUSION | {"skip_prk_steps": True, "prediction_type": "v_prediction"}
        ),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )


def new_sdxl() -> StableDiffusionXLPipeline:
    words, words_2 = tokenizer("<|endoftext|>"), tokenizer("!")
    text_encoder = CLIPTextModel(text_config(words, 16, "quick_gelu"))
    text_encoder_2 = CLIPTextModelWithProjection(text_config(words_2, 24, "gelu", projection=12))
    lively(text_encoder, text_encoder_2)
    unet = new_unet(
        [False, True, True],
        block_out_channels=(4, 8, 12),
        attention_head_dim=(2, 2, 3),
        transformer_layers_per_block=[1, 1, 2],
        cross_attention_dim=40,
        addition_embed_type="text_time",
        addition_time_embed_dim=4,
        projection_class_embeddings_input_dim=36,
    )
    return StableDiffusionXLPipeline(
        vae=new_vae(0.5),
        text_encoder=text_encoder,
        text_encoder_2=text_encoder_2,
        tokenizer=words,
        tokenizer_2=words_2,
        unet=unet,
        scheduler=EulerDiscreteScheduler.from_config(STABLE_DIFFUSION | {"timestep_spacing": "leading"}),
        force_zeros_for_empty_prompt=True,
        add_watermarker=False,
    )


def generate(pipeline: DiffusionPipeline, sampler: str, negative: str | None = NEGATIVE) -> torch.Tensor:
    pipeline.scheduler = SAMPLERS[sampler].from_config(pipeline.scheduler.config)
    pipeline.set_progress_bar_config(disable=True)
    picture = pipeline(
        PROMPT,
        negative_prompt=negative,
        height=32,
        width=32,
        num_inference_steps=STEPS,
        guidance_scale=4.0,
        generator=torch.Generator().manual_seed(SEED),
        output_type="np",
    ).images[0]
    return torch.from_numpy((picture * 255).round().astype(np.uint8)).contiguous()


def train(unet: UNet2DConditionModel, scheduler: DDPMScheduler) -> dict[str, torch.Tensor]:
    """Ten steps with min-SNR weights; with the first one's prediction and gradient, and the final parameters."""
    unet.requires_grad_(False)
    targets = ["to_q", "to_k", "to_v", "to_out.0"]
    unet.add_adapter(LoraConfig(r=RANK, lora_alpha=ALPHA, target_modules=targets))
    parameters = lora_parameters(unet)
    for parameter in parameters:
        parameter.data = torch.randn_like(parameter) * 0.3
    shape = (TRAINING_STEPS, BATCH, 4, 8, 8)
    latents, noise = torch.randn(shape), torch.randn(shape)
    timesteps = torch.randint(0, 1000, (TRAINING_STEPS, BATCH))
    text = torch.randn(BATCH, TOKENS, unet.config.cross_attention_dim)
    tensors = {"latents": latents, "noise": noise, "timesteps": timesteps.float(), "text": text}
    tensors["before"] = flat(parameters)
    conditions: dict[str, torch.Tensor] = {}
    if unet.config.addition_embed_type == "text_time":
        width = unet.config.projection_class_embeddings_input_dim - 6 * unet.config.addition_time_embed_dim
        conditions["text_embeds"] = tensors["pooled"] = torch.randn(BATCH, width)
        # Height and width of the picture, nothing cropped away, and the same size aimed at.
        conditions["time_ids"] = torch.tensor([[16, 24, 0, 0, 16, 24]] * BATCH).float()
    optimizer = torch.optim.AdamW(parameters, lr=1e-2, weight_decay=1e-2)
    velocity = scheduler.config.prediction_type == "v_prediction"
    losses, norms = [], []
    for step in range(TRAINING_STEPS):
        noisy = scheduler.add_noise(latents[step], noise[step], timesteps[step])
        prediction = unet(noisy, timesteps[step], text, added_cond_kwargs=conditions or None).sample
        target = scheduler.get_velocity(latents[step], noise[step], timesteps[step]) if velocity else noise[step]
        snr = compute_snr(scheduler, timesteps[step])
        weights = snr.clamp(max=GAMMA) / (snr + 1 if velocity else snr)
        loss = ((prediction - target) ** 2 * weights[:, None, None, None]).mean()
        optimizer.zero_grad()
        loss.backward()
        if step == 0:
            tensors |= {"noisy": noisy, "prediction": prediction.detach()}
            tensors["gradient"] = flat([parameter.grad for parameter in parameters])
        norms.append(torch.nn.utils.clip_grad_norm_(parameters, 1.0))
        optimizer.step()
        losses.append(loss.detach())
    return tensors | {"losses": torch.stack(losses), "norms": torch.stack(norms), "after": flat(parameters)}


def write_family(name: str, pipeline: DiffusionPipeline, folder: Path, saving: dict[str, object]) -> None:
    model = folder / name
    shutil.rmtree(model, ignore_errors=True)
    pipeline.unet.conv_out.weight.data *= 3
    pipeline.vae.decoder.conv_out.weight.data *= 1.5
    dtype = saving.pop("dtype")
    pipeline.to(dtype=dtype).save_pretrained(model, **saving)

    def fresh() -> DiffusionPipeline:
        """As saved: a scheduler's settings are those that its file gives, and weights are rounded."""
        loading = {"variant": saving["variant"]} if "variant" in saving else {}
        return type(pipeline).from_pretrained(model, torch_dtype=torch.float32, **loading)

    pictures = {sampler: generate(fresh(), sampler) for sampler in SAMPLERS}
    pictures["without-negative"] = generate(fresh(), "dpmpp_2m", None)
    save_file(pictures, folder / f"{name}-pictures.safetensors")
    for key, picture in pictures.items():
        middling = ((picture > 0) & (picture < 255)).float().mean()
        print(f"  {name} {key}: {middling:.0%} of the values are neither 0 nor 255")
    steps = train(fresh().unet, DDPMScheduler.from_config(fresh().scheduler.config))
    save_file({key: value.contiguous() for key, value in steps.items()}, folder / f"{name}-training.safetensors")


def write(folder: Path) -> None:
    torch.manual_seed(0)
    write_family("sd2", new_sd2(), folder, {"dtype": torch.bfloat16, "max_shard_size": "40KB"})
    write_family("sdxl", new_sdxl(), folder, {"dtype": torch.float16, "variant": "fp16"})
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
