"""What differs from one kind of base model to the next: its texts, its latents, its loss, its images."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from diffusers import AutoencoderKL, DiffusionPipeline

from .batch import Batch, Text

if TYPE_CHECKING:
    from diffusers import ModelMixin


class MissingWeight(Exception):
    """A file of the base model lacks a weight."""


class Family(ABC):
    """A base model, loaded."""

    #: Modules that get a LoRA, by the ends of their paths.
    target_modules = ("to_q", "to_k", "to_v", "to_out.0")
    guidance = 7.5

    def __init__(self, pipeline: DiffusionPipeline, trained: ModelMixin, device: torch.device) -> None:
        self.pipeline = pipeline
        #: The network that gets the LoRA.
        self.trained = trained
        self.device = device
        self.vae: AutoencoderKL = pipeline.vae
        pipeline.set_progress_bar_config(disable=True)

    @abstractmethod
    def encode_prompt(self, prompt: str) -> Text:
        """What the text encoders make of a prompt, on the device."""

    @abstractmethod
    def loss_by_pixel(self, network: torch.nn.Module, batch: Batch) -> torch.Tensor:
        """Squared error of the prediction [N, channels, height, width]; `network` is `trained`, wrapped or not."""

    @abstractmethod
    def prompt_arguments(self, prompt: Text, negative: Text) -> dict[str, Any]:
        """The prompt, encoded, as arguments of the pipeline."""

    @torch.no_grad()
    def encode_text(self, prompt: str) -> Text:
        """Each tensor [1, …]."""
        for name in self._text_encoders:
            encoder = getattr(self.pipeline, name)
            if encoder is not None:
                encoder.to(self.device)
        return {name: tensor.float().cpu() for name, tensor in self.encode_prompt(prompt).items()}

    def drop_text_encoders(self) -> None:
        """Their memory is the training's: from now on no text can be encoded."""
        self.pipeline.register_modules(**dict.fromkeys(self._text_encoders))

    @property
    def _text_encoders(self) -> list[str]:
        return [name for name in self.pipeline.components if name.startswith("text_encoder")]

    @torch.no_grad()
    def encode_picture(self, pixels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Mean and logarithm of the variance of an image's latent, before scaling, of [3, edge, edge] in −1 … 1."""
        latent = self.vae.encode(pixels[None].to(self.device, self.vae.dtype)).latent_dist
        return latent.mean[0].float().cpu(), latent.logvar[0].float().cpu()

    @torch.no_grad()
    def generate(self, prompt: Text, negative: Text, arguments: dict[str, Any]) -> torch.Tensor:
        """One image [edge, edge, 3], 8 bits a channel."""
        texts = self.prompt_arguments(
            {name: tensor.to(self.device) for name, tensor in prompt.items()},
            {name: tensor.to(self.device) for name, tensor in negative.items()},
        )
        picture = self.pipeline(**texts, guidance_scale=self.guidance, output_type="np", **arguments).images[0]
        return torch.from_numpy(picture).mul(255).round().to(torch.uint8)


def variant_of(base: str, part: str) -> str | None:
    """`fp16` for a network of which there are only files so named."""
    folder = Path(base) / part
    plain = [file for file in folder.glob("*.safetensors*") if ".fp16." not in file.name]
    return None if plain or not any(folder.glob("*.fp16.safetensors*")) else "fp16"


def load_pipeline(base: str, dtype: torch.dtype, **parts: object) -> DiffusionPipeline:
    """A base model's pipeline with some of its parts loaded already."""
    variant = variant_of(base, "text_encoder")
    return DiffusionPipeline.from_pretrained(base, dtype=dtype, variant=variant, local_files_only=True, **parts)


def load_part(model_class: type[ModelMixin], base: str, part: str, dtype: torch.dtype) -> ModelMixin:
    """A network of a base model. A weight that its file lacks is an error, not a random number."""
    model, info = model_class.from_pretrained(
        base,
        subfolder=part,
        dtype=dtype,
        variant=variant_of(base, part),
        local_files_only=True,
        output_loading_info=True,
    )
    missing = [*info["missing_keys"], *info.get("mismatched_keys", [])]
    if missing:
        raise MissingWeight(f"{base}/{part} lacks the weight {missing[0]}, or has it in another shape.")
    return model
