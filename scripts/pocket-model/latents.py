"""The bank as latents, encoded when first drawn and kept on disk, with its captions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKL
from transformers import CLIPTokenizer

from bank import read_facts
from caption import write_caption
from captures import to_tensor
from model import LATENT


class Latents:
    def __init__(
        self, bank: Path, vae: AutoencoderKL, tokenizer: CLIPTokenizer, strangers: list[str]
    ) -> None:
        self.pictures = np.load(bank / "pictures.npy", mmap_mode="r")
        self.facts = list(read_facts(bank))
        self.vae, self.tokenizer, self.strangers = vae, tokenizer, strangers
        path = bank / "latents.npy"
        count = len(self.pictures)
        mode = "r+" if path.exists() else "w+"
        # One number more a row: whether the row has been written.
        self.rows = np.lib.format.open_memmap(
            path, mode=mode, dtype=np.float16, shape=(count, 4 * LATENT * LATENT + 1)
        )

    @torch.no_grad()
    def batch(self, indices: np.ndarray) -> torch.Tensor:
        missing = indices[self.rows[indices, -1] == 0]
        if len(missing):
            pictures = to_tensor(np.array(self.pictures[np.sort(missing)]))
            with torch.autocast("cpu", torch.bfloat16):
                latents = self.vae.encode(pictures).latent_dist.mode().float()
            scaled = latents * self.vae.config.scaling_factor
            self.rows[np.sort(missing), :-1] = scaled.flatten(1).numpy()
            self.rows[missing, -1] = 1
        rows = torch.from_numpy(self.rows[indices, :-1].astype(np.float32))
        return rows.view(len(indices), 4, LATENT, LATENT)

    def captions(self, indices: np.ndarray, drop: float, rng: np.random.Generator) -> torch.Tensor:
        """Token ids; some captions are empty, for guidance."""
        captions = [
            "" if rng.random() < drop else write_caption(self.facts[index], self.strangers, rng)
            for index in indices
        ]
        return self.tokenizer(
            captions, padding="max_length", truncation=True, max_length=77, return_tensors="pt"
        ).input_ids
