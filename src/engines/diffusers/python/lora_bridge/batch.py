"""What one step trains on."""

from __future__ import annotations

from dataclasses import dataclass

import torch

#: Everything that a text encoder makes of a caption, by the name that the family knows it by; each [1, …].
Text = dict[str, torch.Tensor]


@dataclass(frozen=True)
class Batch:
    #: Scaled latents [N, channels, height, width], and standard normal noise of the same shape.
    latents: torch.Tensor
    noise: torch.Tensor
    #: [N], whole numbers below the number of timesteps of the schedule.
    timesteps: torch.Tensor
    text: Text
    #: The character's share of each latent pixel [N, 1, height, width], 0 … 1.
    masks: torch.Tensor


def joined(texts: list[Text]) -> Text:
    return {name: torch.cat([text[name] for text in texts]) for name in texts[0]}
