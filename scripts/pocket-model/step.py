"""One step of training: run as written, or recorded once as a CUDA graph and replayed.

A network this small keeps a GPU busy for a fraction of the time that Python needs to start its
kernels, so without a recording the GPU waits. All a step reads must then lie on the device at
fixed places: batches are picked there, and the learning rate and the number of pictures are
tensors that are overwritten.
"""

from __future__ import annotations

from collections.abc import Callable

import torch

Loss = Callable[[], torch.Tensor]


class SpeedUpFailed(RuntimeError):
    """A step cannot be recorded or compiled; with `option` the trainer continues without."""

    def __init__(self, option: str, error: Exception) -> None:
        super().__init__(f"{type(error).__name__}: {(str(error).splitlines() or [''])[0]}")
        self.option = option


class Step:
    def __init__(
        self, module: torch.nn.Module, loss: Loss, device: torch.device, clip: float, half: bool
    ) -> None:
        self.device, self.loss, self.clip, self.half = device, loss, clip, half
        self.parameters = [value for value in module.parameters() if value.requires_grad]
        self.rate = torch.zeros((), device=device)
        self.optimizer = torch.optim.AdamW(
            self.parameters,
            lr=self.rate,
            betas=(0.9, 0.99),
            weight_decay=0.0,
            fused=True,
            capturable=device.type == "cuda",
        )
        self.total = torch.zeros((), device=device)
        self.graph: torch.cuda.CUDAGraph | None = None

    def __call__(self, rate: float) -> None:
        self.rate.fill_(rate)
        if self.graph is not None:
            self.graph.replay()
        else:
            self._once()

    def record(self, rate: float) -> None:
        """Record the step; the three steps that it takes to warm up are steps like any other."""
        if self.device.type != "cuda":
            return
        self.rate.fill_(rate)
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(3):
                self._once()
        torch.cuda.current_stream().wait_stream(side)
        graph = torch.cuda.CUDAGraph()
        self.optimizer.zero_grad(set_to_none=True)
        try:
            with torch.cuda.graph(graph):
                self._once()
        except RuntimeError as error:
            raise SpeedUpFailed("--no-graph", error) from error
        self.graph = graph

    def take_loss(self, steps: int) -> float:
        """Mean loss of the last steps; waits for the device."""
        mean = float(self.total) / steps
        self.total.zero_()
        return mean

    def _once(self) -> None:
        kind, half = self.device.type, self.half
        with torch.autocast(kind, torch.bfloat16, enabled=half, cache_enabled=False):
            loss = self.loss()
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.parameters, self.clip)
        self.optimizer.step()
        self.total += loss.detach()
