"""The LoRA: PEFT's layers in a model of diffusers, seen as the flat values that checkpoints and files are made of."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import torch
from diffusers.training_utils import cast_training_params
from peft import LoraConfig
from peft.tuners.lora import LoraLayer

if TYPE_CHECKING:
    from diffusers import ModelMixin

NAME = "default"


class Adapter:
    def __init__(self, model: ModelMixin, rank: int, alpha: float, target_modules: Sequence[str]) -> None:
        self._model = model
        model.requires_grad_(False)
        settings = LoraConfig(
            r=rank, lora_alpha=alpha, target_modules=list(target_modules), init_lora_weights="gaussian"
        )
        model.add_adapter(settings, adapter_name=NAME)
        cast_training_params(model, dtype=torch.float32)
        self._layers = {path: layer for path, layer in model.named_modules() if isinstance(layer, LoraLayer)}
        self.parameters: list[torch.nn.Parameter] = []

    @property
    def modules(self) -> dict[str, tuple[int, int]]:
        """Width of input and output of each module that has a LoRA, by its path."""
        return {path: (layer.in_features, layer.out_features) for path, layer in self._layers.items()}

    def load(self, paths: Sequence[str], values: torch.Tensor) -> None:
        """Loads weights, module by module in the order of `paths`, `down` before `up`, as `parameters` are then."""
        for path in paths:
            layer = self._layers[path]
            self.parameters += [layer.lora_A[NAME].weight, layer.lora_B[NAME].weight]
        with torch.no_grad():
            for parameter, part in zip(self.parameters, self.split(values), strict=True):
                parameter.copy_(part)

    def values(self) -> torch.Tensor:
        """All weights, flat, as `load` takes them."""
        return torch.cat([parameter.detach().flatten() for parameter in self.parameters])

    def split(self, values: torch.Tensor) -> list[torch.Tensor]:
        """Flat values as tensors of the parameters' shapes."""
        parts = values.split([parameter.numel() for parameter in self.parameters])
        return [part.view_as(parameter) for part, parameter in zip(parts, self.parameters, strict=True)]

    @contextlib.contextmanager
    def disabled(self) -> Iterator[None]:
        """The base model alone."""
        self._model.disable_adapters()
        try:
            yield
        finally:
            self._model.enable_adapters()
