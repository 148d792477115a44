"""Drawings and shapes on the device, and the VAE's batches of them."""

from __future__ import annotations

import itertools

import torch

from bank import CHUNK, SHAPES, Bank
from sizes import SIZE

# Share of a batch that shows characters; the rest are shapes, which know no habits of drawing.
CHARACTERS = 0.6


def to_pictures(numbers: torch.Tensor) -> torch.Tensor:
    """n × h × w × 3 bytes to n × 3 × h × w in -1..1."""
    return numbers.permute(0, 3, 1, 2).float().div(127.5).sub(1)


class Pictures:
    def __init__(self, bank: Bank, chunks: int, device: torch.device) -> None:
        self.bank, self.chunks, self.device = bank, chunks, device
        shape = (SIZE, SIZE, 3)
        self.drawn = torch.empty(chunks * CHUNK, *shape, dtype=torch.uint8, device=device)
        self.shapes = torch.empty(chunks * SHAPES, *shape, dtype=torch.uint8, device=device)
        self.count = torch.zeros((), device=device)
        self.taken: list[int] = []
        orders = list(itertools.permutations(range(3)))
        self.orders = torch.tensor([orders[0]] * len(orders) + orders, device=device)

    def refill(self, limit: int = 4) -> None:
        """Take in up to `limit` new chunks."""
        if len(self.taken) == self.chunks:
            return
        fresh = [number for number in self.bank.numbers() if number not in self.taken]
        for number in fresh[: min(limit, self.chunks - len(self.taken))]:
            at = len(self.taken)
            for store, name, rows in (
                (self.drawn, "pictures", CHUNK),
                (self.shapes, "shapes", SHAPES),
            ):
                store[at * rows : (at + 1) * rows] = torch.from_numpy(self.bank.field(number, name))
            self.taken.append(number)
            self.count.fill_(len(self.taken))

    def batch(self, size: int) -> torch.Tensor:
        """Mirrored and with channels permuted at random: every hue is equally well known."""
        drawn = round(size * CHARACTERS)
        rows = [(self.drawn, CHUNK, drawn), (self.shapes, SHAPES, size - drawn)]
        picked = [
            store[(torch.rand(share, device=self.device) * self.count * each).long()]
            for store, each, share in rows
        ]
        pictures = to_pictures(torch.cat(picked))
        mirror = torch.rand(size, 1, 1, 1, device=self.device) < 0.5
        pictures = torch.where(mirror, pictures.flip(3), pictures)
        order = self.orders[torch.randint(len(self.orders), (size,), device=self.device)]
        order = order[:, :, None, None].expand(-1, -1, SIZE, SIZE)
        return pictures.gather(1, order)
