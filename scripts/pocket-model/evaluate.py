"""Measure an exported model: `python evaluate.py --model DIR --captures DIR --out DIR`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from diffusers import DPMSolverMultistepScheduler, StableDiffusionPipeline
from PIL import Image

from captures import load_captures, psnr, to_tensor
from classifier import COLOURS, accuracy, colours_of, load_judge
from model import SIZE

CACHE = Path("~/.cache/lora-bridge-pocket").expanduser()
HAIR_PROMPTS = [
    "an illustration of a girl, short {} hair, white background",
    "an illustration of a girl, long {} hair, full body, white background",
    "an illustration of a boy, short {} hair, upper body",
    "an illustration of a girl, {} hair in twintails, red dress, beach",
    "an illustration of a girl, {} hair in buns, blue shirt, face",
    "an illustration of a boy, spiky {} hair, green hoodie, full body, forest",
    "an illustration of a girl, long {} hair, smiling, upper body, city",
]
PLAIN_PROMPTS = [
    "an illustration of a girl",
    "an illustration of a sks girl",
    "an illustration of a girl, white background",
    "an illustration of a girl, face, white background",
    "an illustration of a girl, waving, full body, white background",
    "an illustration of a boy, cheering, full body, beach",
    "an illustration of a girl, witch hat, purple dress, full body, night",
    "an illustration of a girl, sailor uniform, upper body, room",
]


def hair_prompts(count: int) -> list[tuple[str, int]]:
    """Every colour as often as any other, every wording as well."""
    return [
        (
            HAIR_PROMPTS[index % len(HAIR_PROMPTS)].format(COLOURS[index % len(COLOURS)]),
            index % len(COLOURS),
        )
        for index in range(count)
    ]


def generate(
    pipeline: StableDiffusionPipeline, prompts: list[str], steps: int, seed: int
) -> np.ndarray:
    """Picture i from seed + i, whatever the size of a batch."""
    pictures = []
    for start in range(0, len(prompts), 8):
        part = prompts[start : start + 8]
        generators = [torch.Generator().manual_seed(seed + start + i) for i in range(len(part))]
        result = pipeline(
            part,
            num_inference_steps=steps,
            guidance_scale=7.5,
            height=SIZE,
            width=SIZE,
            generator=generators,
            output_type="np",
        )
        pictures.append((result.images * 255).round().astype(np.uint8))
    return np.concatenate(pictures)


def sheet(pictures: np.ndarray, columns: int) -> Image.Image:
    rows = [
        np.concatenate(list(pictures[start : start + columns]), axis=1)
        for start in range(0, len(pictures) - columns + 1, columns)
    ]
    return Image.fromarray(np.concatenate(rows))


def load_pipeline(folder: Path) -> StableDiffusionPipeline:
    """float16 on disk, float32 in memory."""
    pipeline = StableDiffusionPipeline.from_pretrained(folder, dtype=torch.float32)
    pipeline.scheduler = DPMSolverMultistepScheduler.from_config(pipeline.scheduler.config)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


@torch.no_grad()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--captures", type=Path, help="a folder of transparent PNGs")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--steps", type=int, default=25)
    parser.add_argument("--count", type=int, default=64)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    options.out.mkdir(parents=True, exist_ok=True)
    pipeline = load_pipeline(options.model)
    figures: dict[str, float | int] = {"steps": options.steps}
    if options.captures:
        captures = load_captures(options.captures, SIZE)
        copies = pipeline.vae.decode(pipeline.vae.encode(captures).latent_dist.mode()).sample
        figures["psnr_captures"] = round(psnr(captures, copies), 2)
    plain = generate(
        pipeline, [prompt for prompt in PLAIN_PROMPTS for _ in range(8)], options.steps, 0
    )
    sheet(plain, 8).save(options.out / "plain.png")
    if (options.cache / "judge.pt").exists() and options.count:
        judge = load_judge(options.cache / "judge.pt")
        prompts = hair_prompts(options.count)
        pictures = generate(pipeline, [prompt for prompt, _ in prompts], options.steps, 1000)
        sheet(pictures, 10 if options.count >= 10 else options.count).save(options.out / "hair.png")
        found = colours_of(judge, to_tensor(pictures)).tolist()
        right = [colour == wanted for colour, (_, wanted) in zip(found, prompts, strict=True)]
        figures["hair_colour_shown"] = sum(right)
        figures["hair_colour_of"] = len(right)
        figures["chance"] = round(1 / len(COLOURS), 3)
        figures["judge_on_held_out"] = round(accuracy(judge, options.cache / "held-out"), 4)
        for index, good in enumerate(right):
            if not good:
                print(f"{index}: {prompts[index][0]} -> {COLOURS[found[index]]}")
    (options.out / "figures.json").write_text(json.dumps(figures, indent=2) + "\n")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
