"""Compile the UNet during the first stages, and measure whether that gains anything.

`torch.compile` takes about a minute, too much of a run of five. Another process spends it while
the VAE trains; what it compiled stays in a cache on disk, where the trainer finds it.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import time
from functools import partial
from pathlib import Path

import torch

from bank import Bank
from denoiser import Denoiser
from examples import Examples
from step import Step
from whole_file import whole_file

# How many times as long the trainer takes to load what was compiled as this process did when it
# compiled a second time, from the cache.
TAKE_OVER = 1.5


def start_compiling(
    folder: Path, bank: Path, table: Path, batch: int, device: str
) -> multiprocessing.process.BaseProcess:
    os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", str(folder / "compiled"))
    context = multiprocessing.get_context("spawn")
    arguments = (folder / "compiled.json", bank, table, batch, device)
    process = context.Process(target=compile_and_measure, args=arguments)
    process.start()
    return process


def compile_and_measure(file: Path, folder: Path, table: Path, batch: int, device: str) -> None:
    target = torch.device(device)
    examples = Examples(Bank(folder, table), 1, target)
    for store in (examples.tokens, examples.latents):
        store.zero_()
    for count in (examples.captioned, examples.pictured):
        count.fill_(len(examples.tokens))
    found: dict[str, float] = {}
    for name in ("eager", "compiled", "again"):
        denoiser = Denoiser(target)
        torch._dynamo.reset()
        if name != "eager":
            denoiser.unet.compile()
        started = time.monotonic()
        loss = partial(denoiser.loss, examples, batch)
        step = Step(denoiser, loss, target, 1.0, half=True)
        step(1e-5)
        step.record(1e-5)
        step.take_loss(1)
        found[f"{name}_start"] = time.monotonic() - started
        found[name] = min(seconds_of(step) for _ in range(3))
    with whole_file(file) as output:
        output.write(json.dumps(found).encode())


def seconds_of(step: Step) -> float:
    started, count = time.monotonic(), 10 if step.device.type == "cuda" else 1
    for _ in range(count):
        step(1e-5)
    step.take_loss(count)
    return (time.monotonic() - started) / count


def worth_compiling(file: Path, seconds_left: float) -> tuple[bool, str]:
    """Whether to continue compiled, and why; `file` is what `compile_and_measure` found."""
    found = json.loads(file.read_text())
    taking_over = TAKE_OVER * found["again_start"]
    gain = seconds_left * (1 - found["compiled"] / found["eager"]) - taking_over
    eager, compiled = (1000 * found[name] for name in ("eager", "compiled"))
    return gain > 0, (
        f"{compiled:.1f} ms a step compiled, {eager:.1f} ms as written; the first after"
        f" {found['compiled_start']:.0f} s, from the cache {found['again_start']:.0f} s"
    )
