"""Learning rate as a function of the time spent: a lent machine has minutes, not steps."""

from __future__ import annotations

import math
import time


class Clock:
    """Seconds of the run's budget, over all its parts. Goes into every checkpoint."""

    def __init__(self, budget_seconds: float, spent: float = 0.0) -> None:
        self.budget = budget_seconds
        self._before = spent
        self._start = time.monotonic()

    def spent(self) -> float:
        return self._before + time.monotonic() - self._start

    def progress(self, begin: float, end: float) -> float:
        """How far between two of the budget's seconds, 0..1."""
        return min(1.0, max(0.0, (self.spent() - begin) / max(1e-3, end - begin)))


def learning_rate(peak: float, floor: float, progress: float, warmup: float = 0.01) -> float:
    """Linear warm-up, then a cosine from `peak` down to `floor × peak`."""
    if progress < warmup:
        return peak * max(0.02, progress / warmup)
    cosine = 0.5 * (1 + math.cos(math.pi * (progress - warmup) / (1 - warmup)))
    return peak * (floor + (1 - floor) * cosine)
