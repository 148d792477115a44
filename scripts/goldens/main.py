"""Remakes the golden files under test/goldens: `python scripts/goldens/main.py [TOPIC ...]`.

A topic is a module next to this file with a constant `TOPIC`, its folder's name, and a function `write(folder)`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import adamw
import families
import graph
import lora_dialects
import lora_files
import loss_scaling
import low_rank
import noise_schedule
import random_numbers
import resample
import safetensors_types
import samplers
import single_files
import ten_steps
import text_to_image
import tokens
import torch_files
import unet
import vae_and_text

TOPICS = [
    adamw,
    families,
    graph,
    lora_dialects,
    lora_files,
    loss_scaling,
    low_rank,
    noise_schedule,
    random_numbers,
    resample,
    safetensors_types,
    samplers,
    single_files,
    text_to_image,
    tokens,
    torch_files,
    unet,
    ten_steps,
    vae_and_text,
]


def main() -> None:
    """Runs the named topics, or all of them."""
    root = Path(__file__).resolve().parents[2] / "test" / "goldens"
    for topic in TOPICS:
        if sys.argv[1:] and topic.TOPIC not in sys.argv[1:]:
            continue
        folder = root / topic.TOPIC
        folder.mkdir(parents=True, exist_ok=True)
        topic.write(folder)
        print(f"{topic.TOPIC}: {sum(file.stat().st_size for file in folder.rglob('*')) / 1000:.0f} kB")


if __name__ == "__main__":
    main()
