"""Ten AdamW updates with clipped gradients, as torch does them, for `test/goldens/adamw/`."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import save_file

TOPIC = "adamw"


def write(folder: Path) -> None:
    generator = torch.Generator().manual_seed(7)
    parameters = torch.nn.Parameter(torch.randn(64, generator=generator))
    gradients = torch.randn(10, 64, generator=generator)
    # Some of the ten have a norm below the limit of 1, so that both branches of clipping are seen.
    gradients[::3] *= 0.01
    optimizer = torch.optim.AdamW([parameters], lr=1e-2, betas=(0.9, 0.999), weight_decay=1e-2, eps=1e-8)
    tensors = {"before": parameters.detach().clone(), "gradients": gradients.clone()}
    norms = []
    for gradient in gradients:
        parameters.grad = gradient.clone()
        norms.append(torch.nn.utils.clip_grad_norm_([parameters], 1.0))
        optimizer.step()
    tensors["norms"] = torch.stack(norms)
    tensors["after"] = parameters.detach().clone()
    save_file(tensors, folder / "adamw.safetensors")
