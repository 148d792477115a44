"""Stable Diffusion 1.x, 2.x and XL: a UNet that predicts noise or velocity over a schedule of betas."""

from __future__ import annotations

from typing import Any

import torch
from diffusers import (
    AutoencoderKL,
    DDPMScheduler,
    DiffusionPipeline,
    DPMSolverMultistepScheduler,
    StableDiffusionXLPipeline,
    UNet2DConditionModel,
)

from .batch import Batch, Text
from .family import Family, load_part, load_pipeline


class UnetFamily(Family):
    @classmethod
    def load(cls, settings: dict[str, Any], device: torch.device, dtype: torch.dtype) -> UnetFamily:
        base = settings["base"]
        unet = load_part(UNet2DConditionModel, base, "unet", dtype).to(device)
        vae = load_part(AutoencoderKL, base, "vae", torch.float32).to(device)
        pipeline = load_pipeline(base, dtype, unet=unet, vae=vae, safety_checker=None)
        return cls(pipeline, unet, device, settings)

    def __init__(
        self, pipeline: DiffusionPipeline, unet: UNet2DConditionModel, device: torch.device, settings: dict[str, Any]
    ) -> None:
        super().__init__(pipeline, unet, device)
        # The user may know better what the model predicts than its files.
        prediction = {"prediction_type": settings["predictionType"]}
        self._schedule = DDPMScheduler.from_config(pipeline.scheduler.config, **prediction)
        pipeline.scheduler = DPMSolverMultistepScheduler.from_config(pipeline.scheduler.config, **prediction)
        self._zeros_for_no_prompt = settings["zerosForNoPrompt"]
        self._is_xl = isinstance(pipeline, StableDiffusionXLPipeline)

    def encode_prompt(self, prompt: str) -> Text:
        arguments = {"device": self.device, "num_images_per_prompt": 1, "do_classifier_free_guidance": False}
        if self._is_xl:
            states, _, pooled, _ = self.pipeline.encode_prompt(prompt, **arguments)
            return {"states": states, "pooled": pooled}
        states, _ = self.pipeline.encode_prompt(prompt, **arguments)
        return {"states": states}

    def loss_by_pixel(self, network: torch.nn.Module, batch: Batch) -> torch.Tensor:
        noisy = self._schedule.add_noise(batch.latents, batch.noise, batch.timesteps)
        prediction = network(
            noisy, batch.timesteps, encoder_hidden_states=batch.text["states"], added_cond_kwargs=self._added(batch)
        ).sample
        if self._schedule.config.prediction_type == "v_prediction":
            target = self._schedule.get_velocity(batch.latents, batch.noise, batch.timesteps)
        else:
            target = batch.noise
        return (prediction.float() - target.float()) ** 2

    def _added(self, batch: Batch) -> dict[str, torch.Tensor] | None:
        if not self._is_xl:
            return None
        edge = batch.latents.shape[-1] * self.pipeline.vae_scale_factor
        # Original size, corner of the crop, size wanted: our pictures are whole squares.
        times = torch.tensor([[edge, edge, 0, 0, edge, edge]], device=self.device).repeat(len(batch.latents), 1)
        return {"text_embeds": batch.text["pooled"], "time_ids": times}

    def prompt_arguments(self, prompt: Text, negative: Text) -> dict[str, Any]:
        if self._zeros_for_no_prompt:
            negative = {name: torch.zeros_like(tensor) for name, tensor in negative.items()}
        arguments = {"prompt_embeds": prompt["states"], "negative_prompt_embeds": negative["states"]}
        if self._is_xl:
            arguments |= {
                "pooled_prompt_embeds": prompt["pooled"],
                "negative_pooled_prompt_embeds": negative["pooled"],
            }
        return arguments
