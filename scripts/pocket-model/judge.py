"""A judge of hair colour, colour of the top, and framing, trained on the drawings.

It sees other drawings than it is measured on, and none that a model has made.
"""

from __future__ import annotations

from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

from bank import CHUNK, HELD_OUT_CHUNKS, Bank
from character import FRAMINGS
from clock import Clock
from labels import HAIR_COLOURS, OUTFIT_COLOURS
from pictures import to_pictures
from sizes import SIZE
from stage import Plan, Stage

QUESTIONS = {"hair": len(HAIR_COLOURS), "outfit": len(OUTFIT_COLOURS), "framing": len(FRAMINGS)}


class Judge(nn.Module):
    """Convolutions at 64 px with, at every place, votes and how much they count."""

    def __init__(self) -> None:
        super().__init__()
        widths = (3, 24, 48, 96, 128)
        layers: list[nn.Module] = []
        for before, after in zip(widths[:-1], widths[1:], strict=True):
            layers += [
                nn.Conv2d(before, after, 3, 2 if before > 3 else 1, 1),
                nn.BatchNorm2d(after),
                nn.SiLU(),
                nn.Conv2d(after, after, 3, 1, 1, groups=after // 8),
                nn.BatchNorm2d(after),
                nn.SiLU(),
            ]
        self.features = nn.Sequential(*layers)
        self.context = nn.Conv2d(widths[-1], 128, 5, 1, 2)
        self.votes = nn.ModuleList(nn.Conv2d(128, size + 1, 1) for size in QUESTIONS.values())

    def forward(self, pictures: torch.Tensor) -> list[torch.Tensor]:
        """For each of QUESTIONS, n × answers."""
        places = F.silu(self.context(self.features(F.avg_pool2d(pictures, 2))))
        answers = []
        for head in self.votes:
            votes = head(places).flatten(2).float()
            answers.append((votes[:, :-1] * votes[:, -1:].softmax(-1)).sum(-1))
        return answers


def blur(pictures: torch.Tensor) -> torch.Tensor:
    """Half of a batch a little soft, as pictures from the VAE are."""
    soft = F.avg_pool2d(F.pad(pictures, (1, 1, 1, 1), mode="replicate"), 3, 1)
    chosen = torch.rand(len(pictures), 1, 1, 1, device=pictures.device) < 0.5
    return torch.where(chosen, soft, pictures) + 0.02 * torch.randn_like(pictures)


@torch.no_grad()
def answers_of(judge: Judge, pictures: torch.Tensor) -> torch.Tensor:
    """n × 3 indices, judged from the pictures (n × 3 × SIZE × SIZE) and their mirror images."""
    found = []
    for part in pictures.split(256):
        both = zip(judge(part), judge(part.flip(3)), strict=True)
        found.append(torch.stack([(plain + mirrored).argmax(1) for plain, mirrored in both], 1))
    return torch.cat(found)


def read(bank: Bank, numbers: list[int], device: torch.device) -> tuple[torch.Tensor, torch.Tensor]:
    """Pictures as bytes, and what they show."""
    pictures = torch.empty(len(numbers) * CHUNK, SIZE, SIZE, 3, dtype=torch.uint8, device=device)
    shown = torch.empty(len(numbers) * CHUNK, 3, dtype=torch.long, device=device)
    for index, number in enumerate(numbers):
        rows = slice(index * CHUNK, (index + 1) * CHUNK)
        pictures[rows] = torch.from_numpy(bank.field(number, "pictures"))
        shown[rows] = torch.from_numpy(bank.field(number, "shown"))
    return pictures, shown


def trained_judge(bank: Bank, folder: Path, minutes: float, device: torch.device) -> Judge:
    """Trained for some minutes; a judge that has had them already is loaded."""
    judge = Judge().to(device)
    batch, chunks = (256, 64) if device.type == "cuda" else (32, 4)
    clock = Clock(minutes * 60)
    pictures, shown = read(bank, bank.numbers()[:chunks], device)

    def loss() -> torch.Tensor:
        rows = torch.randint(len(pictures), (batch,), device=device)
        answers = judge(blur(to_pictures(pictures[rows])))
        parts = [
            F.cross_entropy(answer, shown[rows, index], ignore_index=-1)
            for index, answer in enumerate(answers)
        ]
        return torch.stack(parts).sum()

    settings = {"rate": 2e-3, "floor": 0.01, "warmup": 0.02, "clip": 5.0, "decay": 0.99}
    plan = Plan("judge", clock.budget, batch, **settings, exact=0.0, every=20)
    stage = Stage(plan, judge, loss, clock, folder)
    if stage.steps == 0:
        stage.run(lambda: None, lambda: None)
    return judge.eval()


def accuracy(judge: Judge, bank: Bank, device: torch.device) -> dict[str, float]:
    """Share of right answers on drawings that no training has seen."""
    pictures, shown = read(bank, list(HELD_OUT_CHUNKS), device)
    found = torch.cat([answers_of(judge, to_pictures(part)) for part in pictures.split(256)])
    return {
        name: float((found[:, index] == shown[:, index])[shown[:, index] >= 0].float().mean())
        for index, name in enumerate(QUESTIONS)
    }
