"""Steps with and without overflow as torch's GradScaler and AdamW take them, for `test/goldens/loss-scaling/`."""

from __future__ import annotations

import json
from pathlib import Path

import torch

TOPIC = "loss-scaling"

STEPS = 6500
#: Two in a row, one just before and one just after the scale would grow, and one after it has grown twice.
OVERFLOWS = [0, 1, 2000, 2001, 4002, 6100]


def write(folder: Path) -> None:
    parameters = torch.nn.Parameter(torch.arange(4, dtype=torch.float32) / 4)
    optimizer = torch.optim.AdamW([parameters], lr=1e-3, betas=(0.9, 0.999), weight_decay=0, eps=1e-8)
    scaler = torch.amp.GradScaler("cpu")
    scales = []
    for step in range(STEPS):
        scale = float(scaler.scale(torch.ones(())))
        scales.append(scale)
        gradient = torch.tensor([((step + index) % 7 - 3) / 8 for index in range(4)])
        if step in OVERFLOWS:
            gradient[step % 4] = float("inf")
        parameters.grad = gradient * scale
        scaler.step(optimizer)
        scaler.update()
    changes = [[step, scale] for step, scale in enumerate(scales) if step == 0 or scale != scales[step - 1]]
    golden = {
        "steps": STEPS,
        "overflows": OVERFLOWS,
        "scales": changes,
        "updates": int(optimizer.state[parameters]["step"]),
        "after": parameters.detach().tolist(),
    }
    (folder / "loss-scaling.json").write_text(json.dumps(golden) + "\n")
