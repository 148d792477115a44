"""The text encoder's own training, before the UNet's: to gather what a caption says.

Trained only through the UNet, the meaning of colours and places comes very late: at first a word
is one of 77 states that the attention averages. So the encoder first learns, for a short while and
from captions alone, to hold every phrase readable in all states from the end of the text on.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from transformers import CLIPTextModel

from examples import Examples
from model import new_text_encoder
from sizes import END_TOKEN, TEXT_WIDTH


def states_of(text: CLIPTextModel, tokens: torch.Tensor) -> torch.Tensor:
    """`text(tokens).last_hidden_state`, without building its mask again."""
    embedded = text.embeddings(input_ids=tokens)
    encoded = text.encoder(inputs_embeds=embedded, attention_mask=None, is_causal=True)
    return text.final_layer_norm(encoded.last_hidden_state)


class TextPretraining(torch.nn.Module):
    def __init__(self, labels: list[str]) -> None:
        super().__init__()
        self.text = new_text_encoder()
        self.readout = torch.nn.Linear(TEXT_WIDTH, len(labels))
        # What every picture has counts more than a hat's colour.
        weights = torch.tensor([3.0 if ":" in label else 1.0 for label in labels])
        self.register_buffer("weights", weights)

    def loss(self, examples: Examples, batch: int) -> torch.Tensor:
        rows, captions = examples.pick(examples.captioned, batch)
        tokens = examples.tokens[rows, captions].long()
        target = examples.said[rows, captions].float()
        states = states_of(self.text, tokens).float()
        ended = (tokens == END_TOKEN).float()
        # The mean is what attention sees before it has learnt to look; one state is enough later.
        mean = (states * ended.unsqueeze(-1)).sum(1) / ended.sum(1, keepdim=True)
        one = (torch.rand_like(ended) * ended).argmax(1)
        single = states.gather(1, one[:, None, None].expand(-1, 1, TEXT_WIDTH))[:, 0]
        loss = torch.zeros((), device=tokens.device)
        for state in (mean, single):
            said = self.readout(state).float()
            errors = F.binary_cross_entropy_with_logits(said, target, reduction="none")
            loss = loss + (errors * self.weights).sum(1).mean() / 2
        return loss
