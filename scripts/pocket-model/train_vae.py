"""Train the pocket VAE: `python train_vae.py --minutes 18 --captures DIR`."""

from __future__ import annotations

import argparse
import copy
import time
from pathlib import Path

import numpy as np
import torch

from captures import load_captures, psnr, to_tensor
from clock import Clock, learning_rate
from model import SIZE, new_vae
from shapes import draw_shapes
from weights import Average, save_checkpoint

CACHE = Path("~/.cache/lora-bridge-pocket").expanduser()


class Pictures:
    """Batches of shapes and, once a bank of drawn characters is there, of those."""

    def __init__(self, bank: Path | None, rng: np.random.Generator) -> None:
        self.rng = rng
        self.bank = np.load(bank, mmap_mode="r") if bank and bank.exists() else None

    def one(self, whole: bool) -> np.ndarray:
        if self.bank is not None and self.rng.random() < 0.6:
            picture = np.array(self.bank[self.rng.integers(len(self.bank))])
            if self.rng.random() < 0.5:
                picture = picture[:, ::-1]
            if whole:
                return picture
            y, x = self.rng.integers(0, SIZE // 2 + 1, 2)
            return picture[y : y + SIZE // 2, x : x + SIZE // 2]
        return draw_shapes(SIZE if whole else SIZE // 2, self.rng, whole)

    def batch(self, step: int) -> torch.Tensor:
        """64 px crops, and every other step whole pictures.

        Group normalisation must also see large plain backgrounds, or their white turns grey.
        """
        whole = step % 2 == 0
        batch = np.stack([self.one(whole) for _ in range(3 if whole else 12)])
        for index in range(len(batch)):  # permuted channels: every hue is equally well known
            if self.rng.random() < 0.5:
                batch[index] = batch[index][:, :, self.rng.permutation(3)]
        return to_tensor(batch)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=18)
    parser.add_argument("--captures", type=Path, help="transparent PNGs, for evaluation only")
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--learning-rate", type=float, default=2e-3)
    options = parser.parse_args()
    torch.set_num_threads(2)
    checkpoint = options.cache / "vae.pt"
    vae = new_vae()
    optimizer = torch.optim.Adam(vae.parameters(), lr=options.learning_rate, betas=(0.9, 0.99))
    average = Average(vae, 0.995)
    step, spent = 0, 0.0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=False)
        vae.load_state_dict(state["vae"])
        optimizer.load_state_dict(state["optimizer"])
        average.load(state["average"])
        step, spent = state["step"], state["spent"]
    clock = Clock(options.minutes * 60, spent)
    rng = np.random.default_rng(step)
    torch.manual_seed(step)
    pictures = Pictures(options.cache / "bank" / "pictures.npy", rng)
    captures = load_captures(options.captures, SIZE) if options.captures else None

    def measure() -> str:
        if captures is None:
            return ""
        shadow = copy.deepcopy(vae)
        average.copy_to(shadow)
        with torch.no_grad():
            copies = shadow.decode(shadow.encode(captures).latent_dist.mode()).sample
        return f" psnr {psnr(captures, copies):.2f} dB"

    def save() -> None:
        save_checkpoint(
            checkpoint,
            {
                "vae": vae.state_dict(),
                "optimizer": optimizer.state_dict(),
                "average": average.state(),
                "step": step,
                "spent": clock.spent(),
            },
        )

    losses: list[float] = []
    last = time.monotonic()
    while clock.progress() < 1:
        rate = learning_rate(options.learning_rate, 0.02, clock.progress())
        for group in optimizer.param_groups:
            group["lr"] = rate
        batch = pictures.batch(step)
        # bfloat16 convolutions take two thirds of the time; the last fifth is exact.
        with torch.autocast("cpu", torch.bfloat16, enabled=clock.progress() < 0.8):
            posterior = vae.encode(batch).latent_dist
            copies = vae.decode(posterior.sample()).sample.float()
        error = copies - batch
        loss = error.abs().mean() + error.square().mean() + 1e-7 * posterior.kl().mean()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(vae.parameters(), 1.0)
        optimizer.step()
        average.update(vae)
        losses.append(loss.item())
        step += 1
        if step % 100 == 0:
            seconds = (time.monotonic() - last) / 100
            print(
                f"step {step} {clock.spent() / 60:.1f} min loss {np.mean(losses[-100:]):.4f}"
                f" rate {rate:.1e} {seconds:.2f} s/step{measure() if step % 200 == 0 else ''}",
                flush=True,
            )
            last = time.monotonic()
        if step % 200 == 0:
            save()
    save()
    print(f"done: step {step}{measure()}", flush=True)


if __name__ == "__main__":
    main()
