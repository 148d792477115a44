"""The bank as the UNet and the text encoder see it: latents and captions, on the device."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKL

from bank import CAPTIONS, CHUNK, Bank
from sizes import LATENT, TOKENS
from vae import SCALING_FACTOR, encode
from whole_file import whole_file


class Examples:
    """Rows of latents and captions, filled while the bank grows."""

    def __init__(self, bank: Bank, chunks: int, device: torch.device) -> None:
        self.bank, self.chunks, self.device = bank, chunks, device
        rows, labels = chunks * CHUNK, len(bank.labels)
        self.tokens = torch.empty(rows, CAPTIONS, TOKENS, dtype=torch.int32, device=device)
        self.said = torch.empty(rows, CAPTIONS, labels, dtype=torch.uint8, device=device)
        self.latents = torch.empty(rows, 4, LATENT, LATENT, dtype=torch.float16, device=device)
        self.taken: list[int] = []
        self.encoded = 0
        # How many rows may be picked: of captions, and of captions with latents.
        self.captioned = torch.zeros((), device=device)
        self.pictured = torch.zeros((), device=device)

    def take_captions(self, limit: int) -> None:
        """Take in the captions of up to `limit` new chunks."""
        if len(self.taken) == self.chunks:
            return
        known = set(self.taken)
        fresh = [number for number in self.bank.numbers() if number not in known]
        for number in fresh[: min(limit, self.chunks - len(self.taken))]:
            rows = slice(len(self.taken) * CHUNK, (len(self.taken) + 1) * CHUNK)
            tokens = self.bank.field(number, "tokens").astype(np.int32)
            self.tokens[rows] = torch.from_numpy(tokens)
            self.said[rows] = torch.from_numpy(self.bank.field(number, "said"))
            self.taken.append(number)
        self.captioned.fill_(len(self.taken) * CHUNK)

    def encode_pictures(self, vae: AutoencoderKL, cache: Path, seconds: float) -> None:
        """Latents of rows whose captions are here, the first in any case, for some seconds."""
        end = time.monotonic() + seconds
        part = CHUNK if self.device.type == "cuda" else 32
        while self.behind and (not self.encoded or time.monotonic() < end):
            number, row = self.taken[self.encoded // CHUNK], self.encoded % CHUNK
            file = cache / f"{number:07d}.npy"
            chunk = slice(self.encoded - row, self.encoded - row + CHUNK)
            if file.exists():
                self.latents[chunk] = torch.from_numpy(np.load(file)).to(self.device)
                self.encoded = chunk.stop
                continue
            pictures = torch.from_numpy(self.bank.field(number, "pictures")[row : row + part])
            with torch.autocast(self.device.type, torch.bfloat16):
                latents = encode(vae, pictures.to(self.device), part)
            self.latents[self.encoded : self.encoded + part] = latents * SCALING_FACTOR
            self.encoded += part
            if self.encoded == chunk.stop:  # waits for the device, too
                with whole_file(file) as output:
                    np.save(output, self.latents[chunk].cpu().numpy())
        self.pictured.fill_(self.encoded)

    @property
    def behind(self) -> bool:
        """Whether there are captions without latents."""
        return self.encoded < len(self.taken) * CHUNK

    def pick(self, count: torch.Tensor, size: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Random rows below `count`, and one of each one's captions."""
        rows = (torch.rand(size, device=self.device) * count).long()
        return rows, torch.randint(CAPTIONS, (size,), device=self.device)
