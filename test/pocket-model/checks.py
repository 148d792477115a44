"""The trainer's shortcuts against what they stand for: `checks.py SCRIPTS TOKENIZER`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

scripts, shipped = sys.argv[1:]
sys.path.insert(0, scripts)

import numpy as np  # noqa: E402
import torch  # noqa: E402
from bank import Artist, Bank, describe  # noqa: E402
from caption import write_caption  # noqa: E402
from model import new_unet, new_vae  # noqa: E402
from text_pretraining import TextPretraining, states_of  # noqa: E402
from tokenizer import Encoder, plain_words  # noqa: E402
from transformers import CLIPTokenizer  # noqa: E402
from vae import SCALING_FACTOR, standardise  # noqa: E402
from vocabulary import MERGES_FILE  # noqa: E402

rng = np.random.default_rng(0)
strangers, encoder = plain_words(MERGES_FILE), Encoder(MERGES_FILE)
captions = [write_caption(describe(seed), strangers, rng) for seed in range(500)]
own = [encoder.encode(caption).tolist() for caption in captions]
peer = CLIPTokenizer.from_pretrained(shipped)
padded = peer(captions, padding="max_length", truncation=True, max_length=77).input_ids
assert own == padded, "tokens differ from transformers' CLIPTokenizer"

text = TextPretraining(["one", "two"]).text
tokens = torch.tensor(own[:8])
difference = (states_of(text, tokens) - text(tokens).last_hidden_state).abs().max()
assert difference < 1e-5, f"states differ from CLIPTextModel's by {difference}"

with tempfile.TemporaryDirectory() as folder:
    bank = Bank(Path(folder), MERGES_FILE)
    first, again = (Artist(MERGES_FILE, bank.labels).draw(7) for _ in range(2))
assert all((first[name] == again[name]).all() for name in first), "a chunk is not drawn the same way twice"
assert first["shown"][:, 1].max() >= 0 and np.unpackbits(first["said"]).any()

with torch.no_grad():
    vae = new_vae()
    pictures = torch.rand(4, 3, 128, 128) * 2 - 1
    before = vae.decode(vae.encode(pictures).latent_dist.mode()).sample
    standardise(vae, vae.encode(pictures).latent_dist.mode())
    latents = vae.encode(pictures).latent_dist.mode()
    change = (vae.decode(latents).sample - before).abs().max()
    spread = (latents * SCALING_FACTOR).std((0, 2, 3))
assert change < 1e-3, f"a standardised VAE copies differently, by {change}"
assert (spread - 1).abs().max() < 1e-3 and latents.mean((0, 2, 3)).abs().max() < 1e-3
assert sum(value.numel() for value in new_unet().parameters()) < 6_500_000
print("all hold")
