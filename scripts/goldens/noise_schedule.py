"""diffusers' noise schedules for `test/goldens/noise-schedule/`."""

from __future__ import annotations

import json
from pathlib import Path

from diffusers import DDPMScheduler
from diffusers.training_utils import compute_snr
from torch import arange

TOPIC = "noise-schedule"


def write(folder: Path) -> None:
    golden = []
    for name, start, end in (("scaled_linear", 0.00085, 0.012), ("linear", 0.0001, 0.02)):
        scheduler = DDPMScheduler(beta_start=start, beta_end=end, beta_schedule=name)
        snr = compute_snr(scheduler, arange(1000))
        golden.append(
            {
                "config": {"beta_start": start, "beta_end": end, "beta_schedule": name},
                "alphasCumprod": scheduler.alphas_cumprod.tolist(),
                "snr": [snr[step].item() for step in range(0, 1000, 37)],
                "minSnr": [(snr[step].clamp(max=5) / snr[step]).item() for step in range(0, 1000, 37)],
            }
        )
    (folder / "schedules.json").write_text(json.dumps(golden) + "\n")
