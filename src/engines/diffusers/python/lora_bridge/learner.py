"""What learns: the LoRA, its optimizer, and one step of both, with the numbers of `train_dreambooth_lora.py`."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from accelerate import Accelerator

from .adapter import Adapter
from .batch import Batch
from .family import Family

GRADIENT_LIMIT = 1.0


@dataclass(frozen=True)
class LossOptions:
    #: Gamma of min-SNR weighting.
    min_snr_gamma: float | None
    #: Weight of the loss outside the silhouette.
    mask_weight: float


class Learner:
    """Given the adapter with its weights; wraps the family's network for the processes that train together."""

    def __init__(
        self, family: Family, adapter: Adapter, learning_rate: float, loss: LossOptions, accelerator: Accelerator
    ) -> None:
        self._family = family
        self._adapter = adapter
        self._loss = loss
        self._accelerator = accelerator
        #: As torch made it, with its state by parameter.
        self.optimizer = torch.optim.AdamW(
            adapter.parameters, lr=learning_rate, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2
        )
        self.network = family.trained
        family.trained, self._prepared = accelerator.prepare(family.trained, self.optimizer)

    def restore(self, updates: int, first: torch.Tensor, second: torch.Tensor) -> None:
        """Takes over both moments, in the order of the adapter's parameters, as they were after that many updates."""
        parameters = self._adapter.parameters
        moments = zip(parameters, self._adapter.split(first), self._adapter.split(second), strict=True)
        for parameter, exp_avg, exp_avg_sq in moments:
            self.optimizer.state[parameter] = {
                "step": torch.tensor(float(updates)),
                "exp_avg": exp_avg.clone().to(parameter.device),
                "exp_avg_sq": exp_avg_sq.clone().to(parameter.device),
            }

    def moments(self) -> tuple[list[torch.Tensor], list[torch.Tensor]]:
        states = [self.optimizer.state[parameter] for parameter in self._adapter.parameters]
        return [state["exp_avg"] for state in states], [state["exp_avg_sq"] for state in states]

    def loss(self, batch: Batch) -> torch.Tensor:
        by_pixel = self._family.loss_by_pixel(batch)
        if self._loss.min_snr_gamma is not None:
            weights = self._family.sample_weights(batch, self._loss.min_snr_gamma)
            by_pixel = by_pixel * weights[:, None, None, None]
        if self._loss.mask_weight < 1:
            by_pixel = by_pixel * (self._loss.mask_weight + (1 - self._loss.mask_weight) * batch.masks)
        return by_pixel.mean()

    def learn(self, batch: Batch, agree: Callable[[float], float] = lambda loss: loss) -> tuple[float, float]:
        """
        One step. Returns the loss, which `agree` makes one of all processes, and the gradient norm before clipping;
        where one of them is not finite, the LoRA stays as it was.
        """
        loss = self.loss(batch)
        self._prepared.zero_grad()
        self._accelerator.backward(loss)
        norm = float(self._accelerator.clip_grad_norm_(self._adapter.parameters, GRADIENT_LIMIT))
        agreed = agree(float(loss.detach()))
        if math.isfinite(agreed) and math.isfinite(norm):
            self._prepared.step()
        return agreed, norm
