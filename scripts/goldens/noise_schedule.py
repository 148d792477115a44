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
    for name, start, end, prediction, rescaled in (
        ("scaled_linear", 0.00085, 0.012, "epsilon", False),
        ("linear", 0.0001, 0.02, "epsilon", False),
        ("scaled_linear", 0.00085, 0.012, "v_prediction", True),
    ):
        config = {
            "beta_start": start,
            "beta_end": end,
            "beta_schedule": name,
            "prediction_type": prediction,
            "rescale_betas_zero_snr": rescaled,
        }
        scheduler = DDPMScheduler(**config)
        snr = compute_snr(scheduler, arange(1000))
        weights = snr.clamp(max=5) / (snr if prediction == "epsilon" else snr + 1)
        golden.append(
            {
                "config": config,
                "alphasCumprod": scheduler.alphas_cumprod.tolist(),
                "snr": [snr[step].item() for step in range(0, 1000, 37)],
                "minSnr": [weights[step].item() for step in range(0, 1000, 37)],
            }
        )
    (folder / "schedules.json").write_text(json.dumps(golden) + "\n")
