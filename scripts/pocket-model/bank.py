"""The training pictures: chunks of drawings, drawn by all cores while the trainer runs.

A chunk depends on its number alone: seed `number × CHUNK + row` draws the row, in whatever process.
So a killed run continues to draw where it was, and any number of workers gives the same bank.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
from pathlib import Path

import numpy as np

from caption import Facts, facts_of, write_caption
from character import random_character
from labels import all_labels, labels_of, shown
from portrait import draw_portrait
from scenery import random_background
from shapes import draw_shapes
from sizes import SIZE, TOKENS
from tokenizer import Encoder, plain_words
from whole_file import whole_file

CHUNK, SHAPES, CAPTIONS = 512, 64, 8
# Chunks from here on are never trained on: the judges and the measures look at them.
HELD_OUT = 2_000_000
HELD_OUT_CHUNKS = range(HELD_OUT, HELD_OUT + 4)


def describe(seed: int) -> Facts:
    rng = np.random.default_rng(seed)
    return facts_of(random_character(rng), random_background(rng))


def draw_one(seed: int) -> tuple[np.ndarray, Facts]:
    rng = np.random.default_rng(seed)
    character, background = random_character(rng), random_background(rng)
    return draw_portrait(character, background, SIZE), facts_of(character, background)


class Artist:
    """Draws chunks, with captions and what those say."""

    def __init__(self, table: Path, labels: list[str]) -> None:
        self.encoder = Encoder(table)
        self.strangers = plain_words(table)
        self.index = {label: index for index, label in enumerate(labels)}

    def draw(self, number: int) -> dict[str, np.ndarray]:
        """The arrays of a chunk, one row a drawing:

        pictures, SIZE × SIZE × 3 bytes; shapes, as pictures, for the VAE alone; tokens,
        CAPTIONS × TOKENS; said, CAPTIONS × labels in bits, 1 where the caption says so; shown,
        hair colour, top colour and framing.
        """
        pictures = np.empty((CHUNK, SIZE, SIZE, 3), np.uint8)
        tokens = np.empty((CHUNK, CAPTIONS, TOKENS), np.uint16)
        said = np.zeros((CHUNK, CAPTIONS, len(self.index)), np.uint8)
        facts_seen = np.empty((CHUNK, 3), np.int16)
        rng = np.random.default_rng([number, 1])
        for row in range(CHUNK):
            pictures[row], facts = draw_one(number * CHUNK + row)
            facts_seen[row] = shown(facts)
            for column in range(CAPTIONS):
                caption = write_caption(facts, self.strangers, rng)
                tokens[row, column] = self.encoder.encode(caption)
                known = (self.index.get(label) for label in labels_of(facts, caption))
                said[row, column, [label for label in known if label is not None]] = 1
        shapes = np.stack([draw_shapes(SIZE, rng, row % 2 == 0) for row in range(SHAPES)])
        return {
            "pictures": pictures,
            "shapes": shapes,
            "tokens": tokens,
            "said": np.packbits(said, axis=2),
            "shown": facts_seen,
        }


def fingerprint() -> str:
    """Of the code that draws: a bank of other drawings must not be mixed in."""
    names = "accessories bank canvas caption character clothes colours face figure hair labels"
    names += " pen portrait scenery shapes sizes tokenizer"
    digest = hashlib.sha256()
    for name in names.split():
        digest.update((Path(__file__).parent / f"{name}.py").read_bytes())
    return digest.hexdigest()


class Bank:
    """A folder of chunks, and the workers that fill it."""

    def __init__(self, folder: Path, table: Path) -> None:
        self.folder, self.table = folder, table
        folder.mkdir(parents=True, exist_ok=True)
        plan = folder / "bank.json"
        if plan.exists():
            known = json.loads(plan.read_text())
            if known["fingerprint"] != fingerprint():
                raise SystemExit(f"{folder} holds drawings by other code: name another")
            self.labels: list[str] = known["labels"]
        else:
            self.labels = all_labels(describe(seed) for seed in range(4000))
            text = json.dumps({"fingerprint": fingerprint(), "labels": self.labels})
            with whole_file(plan) as file:
                file.write(text.encode())

    def path(self, number: int) -> Path:
        return self.folder / f"{number:07d}.npz"

    def numbers(self) -> list[int]:
        """The chunks that are there to be trained on."""
        found = sorted(int(path.stem) for path in self.folder.glob("*.npz"))
        return [number for number in found if number < HELD_OUT]

    def field(self, number: int, name: str) -> np.ndarray:
        """One array of a chunk, as `Artist.draw` says; `said` a byte for each label."""
        with np.load(self.path(number)) as file:
            array = file[name]
        return np.unpackbits(array, axis=2, count=len(self.labels)) if name == "said" else array

    def start(self, chunks: int, workers: int) -> list[multiprocessing.process.BaseProcess]:
        """Draw what is missing of the first `chunks` and of those held out, in the background."""
        context = multiprocessing.get_context("spawn")
        wanted = [*range(chunks), *HELD_OUT_CHUNKS]
        processes: list[multiprocessing.process.BaseProcess] = []
        for worker in range(workers):
            arguments = (self.folder, self.table, wanted[worker::workers])
            processes.append(context.Process(target=draw_chunks, args=arguments, daemon=True))
            processes[-1].start()
        return processes

    def draw_held_out(self, workers: int) -> None:
        """Draw those held out that a short training has not come to, and wait for them."""
        processes = self.start(0, workers)
        for process in processes:
            process.join()
        if any(process.exitcode for process in processes):
            raise SystemExit(f"a process that draws into {self.folder} has failed: see above")


def draw_chunks(folder: Path, table: Path, numbers: list[int]) -> None:
    """What a worker does. It ends when its parent does, however that ended."""
    parent = os.getppid()
    os.nice(10)  # the trainer's own process and the compiler come first
    bank = Bank(folder, table)
    artist = Artist(table, bank.labels)
    for number in numbers:
        if os.getppid() != parent:
            return
        if not bank.path(number).exists():
            chunk = artist.draw(number)
            with whole_file(bank.path(number), f".{os.getpid()}") as file:
                np.savez(file, **chunk)
