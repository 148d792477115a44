"""Exponential moving average of weights, and checkpoints."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from whole_file import whole_file

# Averaged every few steps with the decay of as many: on a GPU each call is time the CPU needs.
STRIDE = 4


class Average:
    """The moving average of a module's parameters, with a short memory at the start."""

    def __init__(self, module: torch.nn.Module, decay: float) -> None:
        self.decay = decay
        self.steps = 0
        self.values = {name: value.detach().clone() for name, value in module.named_parameters()}

    @torch.no_grad()
    def update(self, module: torch.nn.Module) -> None:
        self.steps += 1
        if self.steps % STRIDE:
            return
        keep = min(self.decay, (1 + self.steps) / (10 + self.steps)) ** STRIDE
        parameters = [value.detach() for _, value in module.named_parameters()]
        torch._foreach_lerp_(list(self.values.values()), parameters, 1 - keep)

    def state(self) -> dict[str, Any]:
        return {"steps": self.steps, "values": self.values}

    def load(self, state: dict[str, Any]) -> None:
        self.steps = state["steps"]
        self.values = state["values"]

    @torch.no_grad()
    def copy_to(self, module: torch.nn.Module) -> None:
        for name, value in module.named_parameters():
            value.copy_(self.values[name])


def save_checkpoint(path: Path, state: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as file:
        torch.save(state, file)


def load_checkpoint(path: Path, device: torch.device) -> dict[str, Any]:
    return torch.load(path, map_location=device, weights_only=True)
