"""A picture with guidance by diffusers, on CUDA in float16. The argument is JSON: folder, resolution, steps, device."""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import torch
from diffusers import StableDiffusionPipeline


def main(plan: dict[str, Any]) -> None:
    # A CPU has no units for 16 bits.
    dtype = torch.float16 if plan["device"] == "cuda" else torch.float32
    pipeline = StableDiffusionPipeline.from_pretrained(plan["folder"], torch_dtype=dtype).to(plan["device"])
    pipeline.set_progress_bar_config(disable=True)

    def generate(count: int) -> float:
        begin = time.perf_counter()
        generator = torch.Generator().manual_seed(1024)
        size = {"height": plan["resolution"], "width": plan["resolution"]}
        # Only pictures that have come to the host are ready.
        pipeline("a picture", **size, num_inference_steps=count, generator=generator)
        return time.perf_counter() - begin

    first = generate(1)
    print(json.dumps({"picture (s)": generate(plan["steps"]), "first picture, of one step (s)": first}))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
