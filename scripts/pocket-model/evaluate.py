"""Measure a model: `python evaluate.py --model DIR --bank DIR --captures DIR --out DIR`.

The judges are trained first, on drawings of the bank, unless `--judge` holds trained ones.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path

import numpy as np
import torch
from diffusers import DPMSolverMultistepScheduler, StableDiffusionPipeline
from diffusers.utils import logging
from PIL import Image
from transformers.utils.logging import disable_progress_bar

from bank import HELD_OUT_CHUNKS, Bank
from captures import psnr_of_copies
from judge import Judge, accuracy, answers_of, read, trained_judge
from pictures import to_pictures
from prompts import PLAIN, asked
from sizes import SIZE
from vocabulary import MERGES_FILE


def generate(
    pipeline: StableDiffusionPipeline, prompts: list[str], steps: int, seed: int, batch: int
) -> np.ndarray:
    """Picture i from seed + i, whatever the size of a batch."""
    pictures = []
    for start in range(0, len(prompts), batch):
        part = prompts[start : start + batch]
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
    """All pictures in rows; what the last row lacks is white."""
    missing = np.full((-len(pictures) % columns, *pictures.shape[1:]), 255, np.uint8)
    every = np.concatenate([pictures, missing])
    starts = range(0, len(every), columns)
    rows = [np.concatenate(list(every[start : start + columns]), axis=1) for start in starts]
    return Image.fromarray(np.concatenate(rows))


def load_pipeline(folder: Path, device: torch.device) -> StableDiffusionPipeline:
    """float16 on disk, float32 in memory."""
    pipeline = StableDiffusionPipeline.from_pretrained(folder, dtype=torch.float32)
    pipeline.scheduler = DPMSolverMultistepScheduler.from_config(pipeline.scheduler.config)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline.to(device)


def features_of(judge: Judge, pictures: torch.Tensor) -> np.ndarray:
    parts = [judge.features(part).mean((2, 3)) for part in pictures.split(256)]
    return torch.cat(parts).double().cpu().numpy()


def frechet(first: np.ndarray, second: np.ndarray) -> float:
    """Fréchet distance of two clouds of features, each taken as a normal distribution."""
    means = first.mean(0) - second.mean(0)
    one, two = np.cov(first, rowvar=False), np.cov(second, rowvar=False)
    # The trace of the root of one·two, from the eigenvalues of a symmetric matrix like it.
    values, vectors = np.linalg.eigh(one)
    root = (vectors * np.sqrt(values.clip(0))) @ vectors.T
    between = np.sqrt(np.linalg.eigvalsh(root @ two @ root).clip(0)).sum()
    return float(means @ means + np.trace(one) + np.trace(two) - 2 * between)


class Measures:
    def __init__(self, options: argparse.Namespace, device: torch.device) -> None:
        self.options, self.device, self.out = options, device, options.out
        self.pipeline = load_pipeline(options.model, device)
        self.batch = 256 if device.type == "cuda" else 8
        self.figures: dict[str, float | int | str] = {"steps": options.steps, "guidance": 7.5}
        self.started = time.monotonic()

    def note(self, **figures: float | int) -> None:
        """Written at once: a run that is cut off keeps what it has."""
        self.figures.update(figures)
        self.figures["seconds"] = round(time.monotonic() - self.started, 1)
        (self.out / "figures.json").write_text(json.dumps(self.figures, indent=2) + "\n")
        print(json.dumps(figures), flush=True)

    def generate(self, prompts: list[str], seed: int) -> np.ndarray:
        return generate(self.pipeline, prompts, self.options.steps, seed, self.batch)

    def captures(self) -> None:
        found = psnr_of_copies(self.pipeline.vae, self.options.captures, self.device)
        self.note(psnr_captures=round(found, 2))

    def answers(self, judge: Judge, bank: Bank) -> None:
        right = accuracy(judge, bank, self.device)
        self.note(**{f"judge_of_{name}": round(share, 4) for name, share in right.items()})
        generated = []
        for index, (name, questions) in enumerate(asked(self.options.count).items()):
            pictures = self.generate([prompt for prompt, _ in questions], 1000)
            shown = to_pictures(torch.from_numpy(pictures).to(self.device))
            found = answers_of(judge, shown)[:, index].tolist()
            good = [one == wanted for one, (_, wanted) in zip(found, questions, strict=True)]
            self.note(**{f"{name}_shown": sum(good), f"{name}_of": len(good)})
            generated.append(pictures)
        everything = np.concatenate(generated)
        sheet(everything, min(16, len(everything))).save(self.out / "asked.jpg", quality=90)

    def distance(self, judge: Judge, bank: Bank) -> None:
        """As many pictures of held-out captions as held-out drawings, in the judge's features."""
        count = self.options.pictures
        drawn = read(bank, list(HELD_OUT_CHUNKS), self.device)[0][:count]
        tokens = np.concatenate([bank.field(one, "tokens")[:, 0] for one in HELD_OUT_CHUNKS])
        decode = self.pipeline.tokenizer.decode
        prompts = [decode(row, skip_special_tokens=True) for row in tokens[:count].tolist()]
        pictures = self.generate(prompts, 5000)
        generated = features_of(judge, to_pictures(torch.from_numpy(pictures).to(self.device)))
        real = np.concatenate([features_of(judge, to_pictures(part)) for part in drawn.split(256)])
        self.note(frechet_of_judge=round(frechet(generated, real), 6), frechet_pictures=count)
        # Nearly without loss, so that other features can be measured elsewhere.
        for start in range(0, count, 1000):
            part = sheet(pictures[start : start + 1000], 40)
            part.save(self.out / f"generated-{start}.webp", quality=95, method=1)


@torch.no_grad()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--bank", type=Path, required=True, help="drawings, from train.py")
    parser.add_argument("--captures", type=Path, help="a folder of transparent PNGs")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--judge", type=Path, help="folder of the judges; default: --out")
    parser.add_argument("--judge-minutes", type=float, default=10)
    parser.add_argument("--merges", type=Path, default=MERGES_FILE)
    parser.add_argument("--steps", type=int, default=25)
    parser.add_argument("--count", type=int, default=64, help="prompts for each question")
    parser.add_argument("--pictures", type=int, default=2000, help="for the Fréchet distance")
    parser.add_argument("--device", choices=("cuda", "cpu"))
    parser.add_argument("--threads", type=int)
    options = parser.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)
    torch.set_float32_matmul_precision("high")
    logging.disable_progress_bar()
    disable_progress_bar()
    device = torch.device(options.device or ("cuda" if torch.cuda.is_available() else "cpu"))
    options.out.mkdir(parents=True, exist_ok=True)
    measures = Measures(options, device)
    sheet(measures.generate(PLAIN * 3, 0), 8).save(options.out / "sheet.png")
    if options.captures:
        measures.captures()
    bank = Bank(options.bank, options.merges)
    bank.draw_held_out(min(4, os.cpu_count() or 1))
    with torch.enable_grad():
        folder = options.judge or options.out
        judge = trained_judge(bank, folder, options.judge_minutes, device)
    if options.count:
        measures.answers(judge, bank)
    if options.pictures:
        measures.distance(judge, bank)


if __name__ == "__main__":
    main()
