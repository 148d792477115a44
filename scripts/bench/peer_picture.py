"""Child process of a benchmark: a picture painted by diffusers with guidance.

Arguments: model folder, edge in pixels, threads, sampling steps.
"""

from __future__ import annotations

import json
import resource
import sys
import time

import torch
from diffusers import StableDiffusionPipeline


def main(folder: str, edge: int, threads: int, steps: int) -> None:
    torch.set_num_threads(threads)
    pipeline = StableDiffusionPipeline.from_pretrained(folder)
    pipeline.set_progress_bar_config(disable=True)

    def paint(count: int) -> float:
        begin = time.perf_counter()
        generator = torch.Generator().manual_seed(1024)
        pipeline("a picture", height=edge, width=edge, num_inference_steps=count, generator=generator)
        return time.perf_counter() - begin

    paint(1)
    seconds = paint(steps)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(json.dumps({"seconds": [seconds], "peakGigabytes": peak}))


if __name__ == "__main__":
    main(sys.argv[1], *(int(argument) for argument in sys.argv[2:]))
