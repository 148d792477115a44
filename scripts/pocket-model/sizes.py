"""Numbers that drawings, captions and networks share."""

from __future__ import annotations

SIZE = 128
LATENT = 32
# Half of a small SD 1.x text encoder is its 49,408 token embeddings: width is what costs bytes.
TEXT_WIDTH = 64
TOKENS = 77
START_TOKEN, END_TOKEN = 49406, 49407
