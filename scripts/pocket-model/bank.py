"""Draw the training pictures: `python bank.py --count 30000`."""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import numpy as np

from caption import Facts, facts_of
from character import random_character
from portrait import draw_portrait
from scenery import random_background

CACHE = Path("~/.cache/lora-bridge-pocket").expanduser()
SIZE = 128


def draw_one(seed: int) -> tuple[np.ndarray, Facts]:
    rng = np.random.default_rng(seed)
    character, background = random_character(rng), random_background(rng)
    return draw_portrait(character, background, SIZE), facts_of(character, background)


def draw_bank(folder: Path, count: int, first_seed: int, processes: int) -> None:
    """pictures.npy (count × 128 × 128 × 3) and facts.jsonl, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / "pictures.partial.npy"
    shape = (count, SIZE, SIZE, 3)
    pictures = np.lib.format.open_memmap(partial, mode="w+", dtype=np.uint8, shape=shape)
    with multiprocessing.Pool(processes) as pool, (folder / "facts.jsonl").open("w") as lines:
        seeds = range(first_seed, first_seed + count)
        for index, (picture, facts) in enumerate(pool.imap(draw_one, seeds, chunksize=64)):
            pictures[index] = picture
            lines.write(json.dumps(asdict(facts)) + "\n")
    pictures.flush()
    os.replace(partial, folder / "pictures.npy")


def read_facts(folder: Path) -> Iterator[Facts]:
    with (folder / "facts.jsonl").open() as lines:
        for line in lines:
            fields = json.loads(line)
            yield Facts(**{**fields, "details": tuple(fields["details"])})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=30000)
    parser.add_argument("--held-out", type=int, default=2000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--cache", type=Path, default=CACHE)
    options = parser.parse_args()
    # Seeds of the held-out drawings start where no bank will ever reach.
    draw_bank(options.cache / "held-out", options.held_out, 10**9, options.processes)
    draw_bank(options.cache / "bank", options.count, 0, options.processes)


if __name__ == "__main__":
    main()
