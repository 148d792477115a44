"""Train the pocket UNet and text encoder: `python train_unet.py --minutes 90 --preview DIR`."""

from __future__ import annotations

import argparse
import copy
import time
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKL, DDPMScheduler
from diffusers.models.attention_processor import AttnProcessor
from transformers import CLIPTokenizer

from clock import Clock, learning_rate
from export import export
from latents import Latents
from model import new_text_encoder, new_unet
from tokenizer import plain_words, write_tokenizer
from weights import Average, save_checkpoint

CACHE = Path("~/.cache/lora-bridge-pocket").expanduser()
BATCH = 8
# min-SNR weights with a floor. At the noisiest steps, where a prompt decides about background and
# colours, an error in the picture is nearly invisible in the noise that is to be predicted.
SNR_CAP, SNR_FLOOR = 5.0, 0.1
# Share of steps drawn from the noisier half only: what a prompt says is decided there.
NOISY_SHARE = 0.6
# Adds a random constant to each channel's noise, so that its mean tells little about the picture.
NOISE_OFFSET = 0.06


class Pair(torch.nn.Module):
    """UNet and text encoder, trained as one."""

    def __init__(self) -> None:
        super().__init__()
        self.unet = new_unet()
        self.text = new_text_encoder()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=90)
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument(
        "--preview", type=Path, help="where to export the model every --every minutes"
    )
    parser.add_argument("--every", type=float, default=15)
    parser.add_argument("--learning-rate", type=float, default=1e-3)
    parser.add_argument("--threads", type=int, default=2, help="one, if the machine is busy")
    parser.add_argument("--pictures", type=int, default=12000, help="encoding more takes time")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    table = options.cache / "vocab" / "bpe_simple_vocab_16e6.txt.gz"
    write_tokenizer(table, options.cache / "tokenizer")
    tokenizer = CLIPTokenizer.from_pretrained(options.cache / "tokenizer")
    vae = AutoencoderKL.from_pretrained(options.cache / "vae").eval()
    data = Latents(options.cache / "bank", vae, tokenizer, plain_words(table))
    alphas = DDPMScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear"
    ).alphas_cumprod
    snr = alphas / (1 - alphas)
    weights = snr.clamp(SNR_FLOOR, SNR_CAP) / snr

    torch.manual_seed(0)
    pair = Pair()
    if (options.cache / "text.pt").exists():
        pair.text.load_state_dict(torch.load(options.cache / "text.pt", weights_only=True))
    # Written out, attention of so few places is faster on a CPU than the fused kernel's backward.
    pair.unet.set_attn_processor(AttnProcessor())
    optimizer = torch.optim.AdamW(
        pair.parameters(), lr=options.learning_rate, betas=(0.9, 0.99), weight_decay=0.0, fused=True
    )
    average = Average(pair, 0.999)
    checkpoint = options.cache / "unet.pt"
    step, spent = 0, 0.0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=False)
        pair.load_state_dict(state["pair"])
        optimizer.load_state_dict(state["optimizer"])
        average.load(state["average"])
        step, spent = state["step"], state["spent"]
    clock = Clock(options.minutes * 60, spent)
    rng = np.random.default_rng(step)
    torch.manual_seed(step)

    def save() -> None:
        save_checkpoint(
            checkpoint,
            {
                "pair": pair.state_dict(),
                "optimizer": optimizer.state_dict(),
                "average": average.state(),
                "step": step,
                "spent": clock.spent(),
            },
        )

    def preview() -> None:
        if options.preview:
            shadow = copy.deepcopy(pair)
            average.copy_to(shadow)
            export(shadow.unet, shadow.text, vae, table, options.preview)
            print(f"exported step {step} to {options.preview}", flush=True)

    count = min(options.pictures, len(data.facts))
    order = rng.permutation(count)
    taken = 0
    losses: list[float] = []
    last, exported = time.monotonic(), time.monotonic()
    while clock.progress() < 1:
        rate = learning_rate(options.learning_rate, 0.02, clock.progress())
        for group in optimizer.param_groups:
            group["lr"] = rate
        if taken + BATCH > len(order):
            order, taken = rng.permutation(count), 0
        indices, taken = order[taken : taken + BATCH], taken + BATCH
        latents = data.batch(indices)
        tokens = data.captions(indices, 0.1, rng)
        noise = torch.randn_like(latents) + NOISE_OFFSET * torch.randn(BATCH, 4, 1, 1)
        timesteps = torch.randint(0, 1000, (BATCH,))
        noisy_steps = torch.randint(500, 1000, (BATCH,))
        timesteps = torch.where(torch.rand(BATCH) < NOISY_SHARE, noisy_steps, timesteps)
        alpha = alphas[timesteps].view(-1, 1, 1, 1)
        noisy = alpha.sqrt() * latents + (1 - alpha).sqrt() * noise
        # bfloat16 saves a quarter of the time; the last tenth is exact.
        with torch.autocast("cpu", torch.bfloat16, enabled=clock.progress() < 0.9):
            context = pair.text(tokens).last_hidden_state
            error = pair.unet(noisy, timesteps, context).sample.float() - noise
        loss = (error.square().mean((1, 2, 3)) * weights[timesteps]).mean()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(pair.parameters(), 1.0)
        optimizer.step()
        average.update(pair)
        losses.append(loss.item())
        step += 1
        if step % 50 == 0:
            seconds = (time.monotonic() - last) / 50
            print(
                f"step {step} {clock.spent() / 60:.1f} min loss {np.mean(losses[-50:]):.4f}"
                f" norm {norm:.2f} rate {rate:.1e} {seconds:.2f} s/step",
                flush=True,
            )
            last = time.monotonic()
        if step % 200 == 0:
            save()
        if time.monotonic() - exported > options.every * 60:
            preview()
            exported = time.monotonic()
    save()
    preview()
    print(f"done: step {step}", flush=True)


if __name__ == "__main__":
    main()
