"""Where CLIP's vocabulary lies. It needs nothing but Python, so that packing does not either."""

from __future__ import annotations

from pathlib import Path

MERGES_FILE = (
    Path(__file__).parents[2] / "src" / "diffusion" / "pocket" / "tokenizer" / "merges.txt"
)
