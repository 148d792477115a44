"""What one step trains on."""

from __future__ import annotations

from dataclasses import dataclass

import torch

#: Everything that a text encoder makes of a caption, by the name that the family knows it by; each [1, …] or [N, …].
Text = dict[str, torch.Tensor]


@dataclass(frozen=True)
class Batch:
    #: Scaled latents [N, channels, height, width], and standard normal noise of the same shape.
    latents: torch.Tensor
    noise: torch.Tensor
    #: [N], whole numbers below the number of timesteps of the schedule.
    timesteps: torch.Tensor
    text: Text
    #: Factors of the loss of each sample [N], and of each latent pixel [N, 1, height, width].
    sample_weights: torch.Tensor | None = None
    loss_mask: torch.Tensor | None = None

    @classmethod
    def of(cls, tensors: dict[str, torch.Tensor], device: torch.device) -> Batch:
        """The batch of a request's tensors, where those of the text are called `text.…`."""
        tensors = {name: tensor.to(device) for name, tensor in tensors.items()}
        text = {name.removeprefix("text."): tensors.pop(name) for name in list(tensors) if name.startswith("text.")}
        return cls(text=text, timesteps=tensors.pop("timesteps").long(), **tensors)
