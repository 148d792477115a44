"""Random numbers as float32, float16 and bfloat16, rounded by torch, for `test/goldens/safetensors-types/`."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import save_file

TOPIC = "safetensors-types"


def write(folder: Path) -> None:
    """Writes `types.safetensors` into the folder."""
    generator = torch.Generator().manual_seed(0)
    # Exponents across the whole range of float16: subnormal numbers, overflow and ties included.
    scale = torch.pow(2.0, torch.randint(-28, 18, (4096,), generator=generator).float())
    values = torch.randn(4096, generator=generator) * scale
    ties = (torch.arange(64).float() + 0.5) * 2.0**-24
    values = torch.cat([values, ties, -ties, torch.tensor([0.0, 65519.0, 65520.0, float("inf"), float("-inf")])])
    save_file(
        {"f32": values, "f16": values.half(), "bf16": values.bfloat16()},
        folder / "types.safetensors",
        metadata={"made by": "scripts/goldens/safetensors_types.py"},
    )
