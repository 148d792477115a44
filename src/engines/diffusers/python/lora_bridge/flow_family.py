"""Stable Diffusion 3 and Flux: a transformer that predicts the velocity of a straight path from picture to noise."""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

import torch
from diffusers import (
    AutoencoderKL,
    DiffusionPipeline,
    FlowMatchEulerDiscreteScheduler,
    FluxTransformer2DModel,
    SD3Transformer2DModel,
)

from .batch import Batch, Text
from .family import Family, load_part, load_pipeline

if TYPE_CHECKING:
    from diffusers import ModelMixin


class FlowFamily(Family):
    """What both have in common (Esser et al., 2024, arXiv 2403.03206; Lipman et al., 2022, arXiv 2210.02747)."""

    target_modules = (
        *("to_q", "to_k", "to_v", "to_out.0"),
        *("add_q_proj", "add_k_proj", "add_v_proj", "to_add_out"),
    )
    transformer_class: ClassVar[type[ModelMixin]]
    #: Parts that many copies leave out for their size.
    optional_parts: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def load(cls, settings: dict[str, Any], device: torch.device, dtype: torch.dtype) -> Self:
        base = settings["base"]
        transformer = load_part(cls.transformer_class, base, "transformer", dtype).to(device)
        vae = load_part(AutoencoderKL, base, "vae", torch.float32).to(device)
        absent = {name: None for name in cls.optional_parts if not (Path(base) / name).is_dir()}
        return cls(load_pipeline(base, dtype, transformer=transformer, vae=vae, **absent), transformer, device)

    def __init__(self, pipeline: DiffusionPipeline, transformer: ModelMixin, device: torch.device) -> None:
        super().__init__(pipeline, transformer, device)
        self._config = transformer.config
        if device.type == "cuda":
            transformer.enable_gradient_checkpointing()
        schedule = FlowMatchEulerDiscreteScheduler.from_config(pipeline.scheduler.config)
        self._timesteps, self._sigmas = schedule.timesteps.to(device), schedule.sigmas.to(device)

    def loss_by_pixel(self, network: torch.nn.Module, batch: Batch) -> torch.Tensor:
        # Timesteps come evenly spread; their places in the schedule are to be spread logit-normally.
        count = len(self._timesteps)
        evenly = (batch.timesteps.double() + 0.5) / count
        index = (torch.sigmoid(torch.special.ndtri(evenly)) * count).long()
        sigma = self._sigmas[index].view(-1, 1, 1, 1).to(batch.latents.dtype)
        noisy = (1 - sigma) * batch.latents + sigma * batch.noise
        prediction = self.predict(network, noisy, self._timesteps[index], batch.text)
        return (prediction.float() - (batch.noise - batch.latents).float()) ** 2

    @abstractmethod
    def predict(
        self, network: torch.nn.Module, noisy: torch.Tensor, timesteps: torch.Tensor, text: Text
    ) -> torch.Tensor:
        """The velocity, in the shape of the latents."""


class StableDiffusion3(FlowFamily):
    guidance = 7.0
    optional_parts = ("text_encoder_3", "tokenizer_3")
    transformer_class = SD3Transformer2DModel

    def encode_prompt(self, prompt: str) -> Text:
        states, _, pooled, _ = self.pipeline.encode_prompt(
            prompt, prompt_2=None, prompt_3=None, device=self.device, do_classifier_free_guidance=False
        )
        return {"states": states, "pooled": pooled}

    def predict(
        self, network: torch.nn.Module, noisy: torch.Tensor, timesteps: torch.Tensor, text: Text
    ) -> torch.Tensor:
        return network(
            hidden_states=noisy,
            timestep=timesteps,
            encoder_hidden_states=text["states"],
            pooled_projections=text["pooled"],
        ).sample

    def prompt_arguments(self, prompt: Text, negative: Text) -> dict[str, Any]:
        return {
            "prompt_embeds": prompt["states"],
            "pooled_prompt_embeds": prompt["pooled"],
            "negative_prompt_embeds": negative["states"],
            "negative_pooled_prompt_embeds": negative["pooled"],
        }


class Flux(FlowFamily):
    """Its latents are seen as patches of 2 × 2, and guidance is an input: there is no negative prompt."""

    guidance = 3.5
    transformer_class = FluxTransformer2DModel

    def encode_prompt(self, prompt: str) -> Text:
        states, pooled, _ = self.pipeline.encode_prompt(prompt, prompt_2=None, device=self.device)
        return {"states": states, "pooled": pooled}

    def predict(
        self, network: torch.nn.Module, noisy: torch.Tensor, timesteps: torch.Tensor, text: Text
    ) -> torch.Tensor:
        count, channels, height, width = noisy.shape
        rows, columns = height // 2, width // 2
        patches = noisy.view(count, channels, rows, 2, columns, 2).permute(0, 2, 4, 1, 3, 5)
        places = torch.zeros(rows, columns, 3, device=self.device)
        places[..., 1] = torch.arange(rows, device=self.device)[:, None]
        places[..., 2] = torch.arange(columns, device=self.device)[None, :]
        guidance = torch.full((count,), self.guidance, device=self.device) if self._config.guidance_embeds else None
        velocity = network(
            hidden_states=patches.reshape(count, rows * columns, channels * 4),
            timestep=timesteps / 1000,
            guidance=guidance,
            pooled_projections=text["pooled"],
            encoder_hidden_states=text["states"],
            txt_ids=torch.zeros(text["states"].shape[1], 3, device=self.device),
            img_ids=places.reshape(rows * columns, 3),
        ).sample
        unpacked = velocity.view(count, rows, columns, channels, 2, 2).permute(0, 3, 1, 4, 2, 5)
        return unpacked.reshape(count, channels, height, width)

    def prompt_arguments(self, prompt: Text, negative: Text) -> dict[str, Any]:  # noqa: ARG002
        return {"prompt_embeds": prompt["states"], "pooled_prompt_embeds": prompt["pooled"]}
