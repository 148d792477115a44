"""torch's random numbers for `test/goldens/random/`."""

from __future__ import annotations

import json
from pathlib import Path

import torch

TOPIC = "random"


def numbers(seed: int) -> dict[str, object]:
    """Every way of drawing, one after the other from one generator: the order matters."""
    generator = torch.Generator().manual_seed(seed)
    single = torch.randn(3, generator=generator)
    blocked = torch.randn(64, generator=generator)
    overlapping = torch.randn(21, generator=generator)
    single_again = torch.randn(2, generator=generator)
    integers = torch.randint(0, 1000, (8,), generator=generator)
    permutation = torch.randperm(12, generator=generator)
    uniform = torch.rand(5, generator=generator)
    draws = (single, blocked, overlapping, single_again, integers, permutation, uniform)
    names = (
        "single",
        "blocked",
        "overlapping",
        "singleAgain",
        "integers",
        "permutation",
        "uniform",
    )
    return {"seed": seed, **{name: draw.tolist() for name, draw in zip(names, draws, strict=True)}}


def write(folder: Path) -> None:
    golden = [numbers(seed) for seed in (0, 1024, 0xFFFF_FFFF, 0x1_2345_6789)]
    (folder / "torch-cpu.json").write_text(json.dumps(golden) + "\n")
