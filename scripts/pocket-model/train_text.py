"""Teach the text encoder to gather what a caption says: `python train_text.py --minutes 4`.

Trained only through the UNet, the meaning of colours and places comes very late: at first a word
is one of 77 states that the attention averages. So the encoder first learns, for a few minutes and
from captions alone, to hold every phrase readable in all states from the end of the text on.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from transformers import CLIPTokenizer

from bank import read_facts
from caption import Facts, write_caption
from clock import Clock, learning_rate
from model import END_TOKEN, TEXT_WIDTH, new_text_encoder
from tokenizer import plain_words, write_tokenizer
from weights import save_checkpoint

CACHE = Path("~/.cache/lora-bridge-pocket").expanduser()
BATCH = 32


def labels_of(facts: Facts, caption: str) -> list[str]:
    """What the caption says of the facts, in words that UNet and people care about."""
    said = set(caption.split(", "))
    labels = [facts.person]
    if facts.hair in said:
        labels += [
            f"hair: {facts.hair_colour}",
            f"style: {facts.hair.replace(facts.hair_colour, '')}",
        ]
    labels += [phrase for phrase in facts.details if phrase in said]
    for name, phrase in (("pose", facts.pose), ("view", facts.view), ("framing", facts.framing)):
        if phrase and phrase in said:
            labels.append(f"{name}: {phrase}")
    if facts.place in said:
        labels.append(f"place: {facts.place}")
    return labels


def all_labels(facts: list[Facts]) -> dict[str, int]:
    found: set[str] = set()
    for one in facts:
        everything = [one.hair, *one.details, one.pose, one.view, one.framing, one.place]
        found.update(labels_of(one, ", ".join(everything)))
    return {label: index for index, label in enumerate(sorted(found))}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=4)
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    table = options.cache / "vocab" / "bpe_simple_vocab_16e6.txt.gz"
    write_tokenizer(table, options.cache / "tokenizer")
    tokenizer = CLIPTokenizer.from_pretrained(options.cache / "tokenizer")
    strangers = plain_words(table)
    bank = list(read_facts(options.cache / "bank"))
    index_of = all_labels(bank)
    # What every picture has counts more than a hat's colour.
    weight = torch.tensor([3.0 if ":" in label else 1.0 for label in index_of])
    text, readout = new_text_encoder(), torch.nn.Linear(TEXT_WIDTH, len(index_of))
    parameters = [*text.parameters(), *readout.parameters()]
    optimizer = torch.optim.AdamW(parameters, lr=2e-3, weight_decay=0.0, fused=True)
    clock, step = Clock(options.minutes * 60), 0
    losses: list[float] = []
    while clock.progress() < 1:
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(2e-3, 0.05, clock.progress(), warmup=0.03)
        facts = [bank[index] for index in rng.integers(0, len(bank), BATCH)]
        captions = [write_caption(one, strangers, rng) for one in facts]
        tokens = tokenizer(
            captions, padding="max_length", truncation=True, max_length=77, return_tensors="pt"
        ).input_ids
        target = torch.zeros(BATCH, len(index_of))
        for row, (one, caption) in enumerate(zip(facts, captions, strict=True)):
            target[row, [index_of[label] for label in labels_of(one, caption)]] = 1
        states = text(tokens).last_hidden_state
        ended = (tokens == END_TOKEN).float().unsqueeze(-1)
        # The mean is what attention sees before it has learnt to look; one state is enough later.
        mean = (states * ended).sum(1) / ended.sum(1)
        single = states[torch.arange(BATCH), torch.multinomial(ended[:, :, 0], 1)[:, 0]]
        loss = torch.zeros(())
        for state in (mean, single):
            errors = F.binary_cross_entropy_with_logits(readout(state), target, reduction="none")
            loss = loss + (errors * weight).sum(1).mean()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 5.0)
        optimizer.step()
        losses.append(loss.item() / 2)
        step += 1
        if step % 100 == 0:
            chosen = torch.tensor([index for label, index in index_of.items() if ":" in label])
            right = ((readout(single) > 0) == (target > 0))[:, chosen][target[:, chosen] > 0]
            print(
                f"step {step} {clock.spent() / 60:.1f} min loss {np.mean(losses[-100:]):.3f}"
                f" found {right.float().mean():.2f}",
                flush=True,
            )
    save_checkpoint(options.cache / "text.pt", text.state_dict())


if __name__ == "__main__":
    main()
