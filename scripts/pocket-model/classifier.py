"""A judge of hair colour, trained on the drawings: `python classifier.py`."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from bank import read_facts
from captures import to_tensor
from clock import learning_rate
from colours import HAIR

CACHE = Path("~/.cache/lora-bridge-pocket").expanduser()
COLOURS = list(HAIR)


class Judge(nn.Module):
    """Convolutions at 64 px with, at every place, a vote and how much it counts."""

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
        self.votes = nn.Conv2d(128, len(COLOURS) + 1, 1)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        small = F.avg_pool2d(pictures, 2)
        places = self.votes(F.silu(self.context(self.features(small)))).flatten(2)
        votes, counts = places[:, :-1], places[:, -1:].softmax(-1)
        return (votes * counts).sum(-1)


def blur(pictures: torch.Tensor) -> torch.Tensor:
    """Half of a batch a little soft, as pictures out of the VAE are."""
    soft = F.avg_pool2d(F.pad(pictures, (1, 1, 1, 1), mode="replicate"), 3, 1)
    chosen = torch.rand(len(pictures), 1, 1, 1) < 0.5
    return torch.where(chosen, soft, pictures) + 0.02 * torch.randn_like(pictures)


def labelled(folder: Path) -> tuple[np.ndarray, torch.Tensor]:
    pictures = np.load(folder / "pictures.npy", mmap_mode="r")
    labels = [COLOURS.index(facts.hair_colour) for facts in read_facts(folder)]
    return pictures, torch.tensor(labels)


@torch.no_grad()
def colours_of(judge: Judge, pictures: torch.Tensor) -> torch.Tensor:
    """Index of the hair colour, judged from the picture and its mirror image together."""
    return (judge(pictures) + judge(pictures.flip(3))).argmax(1)


@torch.no_grad()
def accuracy(judge: Judge, folder: Path) -> float:
    pictures, labels = labelled(folder)
    judge.eval()
    right = 0
    for start in range(0, len(labels), 64):
        found = colours_of(judge, to_tensor(np.array(pictures[start : start + 64])))
        right += int((found == labels[start : start + 64]).sum())
    return right / len(labels)


def load_judge(path: Path) -> Judge:
    judge = Judge()
    judge.load_state_dict(torch.load(path, weights_only=True))
    return judge.eval()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--steps", type=int, default=2500)
    parser.add_argument("--learning-rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--resume", action="store_true", help="go on from the last judge")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    rng = np.random.default_rng(options.seed)
    pictures, labels = labelled(options.cache / "bank")
    judge = Judge()
    if options.resume:
        judge.load_state_dict(torch.load(options.cache / "judge.pt", weights_only=True))
    optimizer = torch.optim.AdamW(judge.parameters(), lr=options.learning_rate, weight_decay=1e-2)
    losses: list[float] = []
    start = time.monotonic()
    for step in range(options.steps):
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(options.learning_rate, 0.01, step / options.steps)
        indices = np.sort(rng.choice(len(labels), 48, replace=False))
        batch = blur(to_tensor(np.array(pictures[indices])))
        loss = F.cross_entropy(judge(batch), labels[torch.from_numpy(indices)])
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        if (step + 1) % 100 == 0:
            print(f"step {step + 1} loss {np.mean(losses[-100:]):.4f}", flush=True)
    torch.save(judge.state_dict(), options.cache / "judge.pt")
    share = accuracy(judge, options.cache / "held-out")
    seconds = time.monotonic() - start
    print(f"held-out drawings: {share:.2%} right of {len(COLOURS)} colours, {seconds:.0f} s")


if __name__ == "__main__":
    main()
