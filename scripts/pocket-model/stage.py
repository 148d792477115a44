"""A stage of the run: steps until its share of the time is spent, with checkpoints on the way."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from clock import Clock, learning_rate
from step import Loss, Step
from weights import Average, load_checkpoint, save_checkpoint

WARM_STEPS = 30


def say(text: str) -> None:
    print(text, flush=True)


@dataclass(frozen=True)
class Plan:
    """How a stage learns; `exact` is the share at its end that is computed in float32."""

    name: str
    end: float  # second of the budget
    batch: int
    rate: float
    floor: float
    warmup: float
    clip: float
    decay: float
    exact: float
    every: float  # seconds between checkpoints


class Stage:
    graphs = True  # whether to record CUDA graphs

    def __init__(
        self, plan: Plan, module: torch.nn.Module, loss: Loss, clock: Clock, folder: Path
    ) -> None:
        self.plan, self.module, self.loss, self.clock = plan, module, loss, clock
        self.file = folder / f"{plan.name}.pt"
        self.device = next(module.parameters()).device
        self.average = Average(module, plan.decay)
        self.steps, self.begin = 0, clock.spent()
        self.step = self._new_step(half=True)
        if self.file.exists():
            self._load()

    def run(self, refill: Callable[[], None], saved: Callable[[], None]) -> None:
        """`refill` takes in new pictures between steps; `saved` is called after each checkpoint."""
        if self.progress() >= 1 and self.steps:
            saved()
            return
        self._record()
        say(f"{self.plan.name}: from step {self.steps}, batch {self.plan.batch}, {self.device}")
        last_save = last_line = time.monotonic()
        before, unread = self.steps, 0
        while (progress := self.progress()) < 1 or not self.steps:
            if self.step.half and progress >= 1 - self.plan.exact:
                self.renew(half=False)
            self.step(self._rate(progress))
            self.average.update(self.module)
            self.steps, unread = self.steps + 1, unread + 1
            # The device is asked rarely: each time it is waited for.
            if unread < 25 and time.monotonic() - last_line < 5:
                continue
            loss, unread = self._checked(unread), 0
            now = time.monotonic()
            if now - last_line >= 5:
                self._line(loss, (self.steps - before) / (now - last_line))
                last_line, before = now, self.steps
            refill()
            if now - last_save >= self.plan.every:
                self.save()
                saved()
                last_save = time.monotonic()
        if unread:
            self._checked(unread)
        self.save()
        say(f"{self.plan.name}: done, {self.steps} steps, {self.steps * self.plan.batch} samples")
        saved()

    def progress(self) -> float:
        return self.clock.progress(self.begin, self.plan.end)

    def save(self) -> None:
        save_checkpoint(
            self.file,
            {
                "module": self.module.state_dict(),
                "optimizer": self.step.optimizer.state_dict(),
                "average": self.average.state(),
                "steps": self.steps,
                "begin": self.begin,
                "spent": self.clock.spent(),
            },
        )

    def _load(self) -> None:
        state = load_checkpoint(self.file, self.device)
        self.module.load_state_dict(state["module"])
        self._load_optimizer(state["optimizer"])
        self.average.load(state["average"])
        self.steps, self.begin = state["steps"], state["begin"]

    def _load_optimizer(self, state: dict[str, Any]) -> None:
        self.step.optimizer.load_state_dict(state)
        for group in self.step.optimizer.param_groups:
            group["lr"] = self.step.rate  # the state brings a tensor of its own

    def _new_step(self, half: bool) -> Step:
        return Step(self.module, self.loss, self.device, self.plan.clip, half)

    def _record(self) -> None:
        if not self.graphs or self.device.type != "cuda":
            return
        started = time.monotonic()
        self.step.record(self._rate(self.progress()))
        say(f"{self.plan.name}: CUDA graph recorded in {time.monotonic() - started:.1f} s")

    def renew(self, half: bool) -> None:
        """Continue with a new step, as after a change of precision or of the module's code."""
        state = self.step.optimizer.state_dict()
        self.step = self._new_step(half)
        self._load_optimizer(state)
        self._record()

    def _rate(self, progress: float) -> float:
        """The plan's rate, less in the first steps: on a slow machine the warm-up holds none."""
        rate = learning_rate(self.plan.rate, self.plan.floor, progress, self.plan.warmup)
        return rate * min(1.0, (self.steps + 1) / WARM_STEPS)

    def _checked(self, unread: int) -> float:
        loss = self.step.take_loss(unread)
        if not math.isfinite(loss):
            raise SystemExit(
                f"{self.plan.name}: the loss is no longer a number at step {self.steps}."
                " Checkpoints are written before that only: continue from the last one with"
                " --resume and a smaller --rate"
            )
        return loss

    def _line(self, loss: float, pace: float) -> None:
        batch, progress = self.plan.batch, self.progress()
        left = self.clock.budget - self.clock.spent()
        say(
            f"{self.plan.name} {100 * progress:3.0f} % step {self.steps}"
            f" samples {self.steps * batch:,} at {pace * batch:,.0f}/s loss {loss:.4f}"
            f" rate {self._rate(progress):.1e}, {left:.0f} s left in all"
        )
