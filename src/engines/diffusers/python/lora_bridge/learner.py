"""Optimisation steps of the LoRA, with the hyper-parameters of `train_dreambooth_lora.py`."""

from __future__ import annotations

import math

import torch
from accelerate import Accelerator

from .adapter import Adapter
from .batch import Batch
from .family import Family

GRADIENT_LIMIT = 1.0


class Learner:
    """Expects the adapter with its weights loaded; wraps the network for the processes that train together."""

    def __init__(self, family: Family, adapter: Adapter, accelerator: Accelerator) -> None:
        self._family = family
        self._adapter = adapter
        self._accelerator = accelerator
        #: Not wrapped by accelerate: its state is read by parameter.
        self.optimizer = torch.optim.AdamW(adapter.parameters, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2)
        self._network = family.trained
        self._wrapped, self._prepared = accelerator.prepare(family.trained, self.optimizer)

    def restore(self, updates: int, first: torch.Tensor, second: torch.Tensor) -> None:
        """Loads both moments, in the order of the adapter's parameters, as they were after that many updates."""
        parameters = self._adapter.parameters
        moments = zip(parameters, self._adapter.split(first), self._adapter.split(second), strict=True)
        for parameter, exp_avg, exp_avg_sq in moments:
            self.optimizer.state[parameter] = {
                "step": torch.tensor(float(updates)),
                "exp_avg": exp_avg.clone().to(parameter.device),
                "exp_avg_sq": exp_avg_sq.clone().to(parameter.device),
            }

    def moments(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Both, flat."""
        states = [self.optimizer.state[parameter] for parameter in self._adapter.parameters]
        first, second = (torch.cat([state[name].flatten() for state in states]) for name in ("exp_avg", "exp_avg_sq"))
        return first, second

    def loss(self, batch: Batch) -> torch.Tensor:
        by_pixel = self._family.loss_by_pixel(self._wrapped, batch)
        if batch.sample_weights is not None:
            by_pixel = by_pixel * batch.sample_weights[:, None, None, None]
        if batch.loss_mask is not None:
            by_pixel = by_pixel * batch.loss_mask
        return by_pixel.mean()

    def learn(self, batch: Batch, learning_rate: float, *, stop: bool = False) -> tuple[float, float, bool]:
        """
        One step. Returns the loss over all processes, the gradient norm before clipping, and whether any process was
        asked to stop. Where loss or norm is not finite, the LoRA stays as it was.
        """
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate
        loss = self.loss(batch)
        self._prepared.zero_grad()
        self._accelerator.backward(loss)
        norm = float(self._accelerator.clip_grad_norm_(self._adapter.parameters, GRADIENT_LIMIT))
        mean, stop = self._all_reduce(loss.detach(), stop)
        if math.isfinite(mean) and math.isfinite(norm):
            self._prepared.step()
        return mean, norm, stop

    @torch.no_grad()
    def evaluate(self, batch: Batch) -> tuple[float, float]:
        """The loss of the base model alone and with the LoRA, without weights, in this process."""
        with self._accelerator.autocast():
            with self._adapter.disabled():
                base = float(self._family.loss_by_pixel(self._network, batch).mean())
            return base, float(self._family.loss_by_pixel(self._network, batch).mean())

    def _all_reduce(self, loss: torch.Tensor, stop: bool) -> tuple[float, bool]:
        if self._accelerator.num_processes == 1:
            return float(loss), stop
        summed = self._accelerator.reduce(torch.stack([loss.float(), torch.tensor(float(stop)).to(loss.device)]), "sum")
        return float(summed[0]) / self._accelerator.num_processes, bool(summed[1] > 0)
