"""CLIP's vocabulary as the files that diffusers folders carry; ids equal openai/clip's.

The merges lie in the pocket model's own folder; they come from OpenAI's CLIP (MIT), as the PyPI
package `open-clip-torch` carries them.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer
from tokenizers.models import BPE
from tokenizers.normalizers import Lowercase
from tokenizers.pre_tokenizers import Whitespace

from sizes import END_TOKEN, START_TOKEN, TOKENS

# CLIP keeps the first 48,894 merges: 49,152 less 256 bytes and 2 special tokens.
MERGES = 49152 - 256 - 2
START, END = "<|startoftext|>", "<|endoftext|>"


def byte_letters() -> list[str]:
    """A printable letter for every byte, in the order of CLIP's ids (GPT-2's table)."""
    printable = [*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAC + 1), *range(0xAE, 0xFF + 1)]
    hidden = [byte for byte in range(256) if byte not in printable]
    return [chr(byte) for byte in printable] + [chr(256 + index) for index in range(len(hidden))]


def read_merges(table: Path) -> list[str]:
    return table.read_text(encoding="utf-8").split("\n")[1 : MERGES + 1]


def vocabulary(merges: list[str]) -> dict[str, int]:
    letters = byte_letters()
    words = letters + [letter + "</w>" for letter in letters]
    words += [merge.replace(" ", "") for merge in merges] + [START, END]
    return {word: index for index, word in enumerate(words)}


def plain_words(table: Path) -> list[str]:
    """Whole lower-case words of the vocabulary: strangers for the captions to meet."""
    words = [word[:-4] for word in vocabulary(read_merges(table)) if word.endswith("</w>")]
    return [word for word in words if word.isascii() and word.isalpha() and 2 <= len(word) <= 7]


class Encoder:
    """Token ids of captions: words and commas, for which it is equal to CLIP's tokenizer."""

    def __init__(self, table: Path) -> None:
        lines = read_merges(table)
        merges = [tuple(line.split(" ")) for line in lines]
        model = BPE(vocabulary(lines), merges, end_of_word_suffix="</w>", unk_token=END)
        self.tokenizer = Tokenizer(model)
        self.tokenizer.normalizer = Lowercase()
        self.tokenizer.pre_tokenizer = Whitespace()

    def encode(self, caption: str) -> np.ndarray:
        """TOKENS ids: start, words, end, and the end repeated."""
        ids = self.tokenizer.encode(caption, add_special_tokens=False).ids[: TOKENS - 2]
        tokens = np.full(TOKENS, END_TOKEN, np.uint16)
        tokens[: len(ids) + 1] = [START_TOKEN, *ids]
        return tokens


def write_tokenizer(table: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    merges = read_merges(table)
    vocab = json.dumps(vocabulary(merges), ensure_ascii=False, separators=(",", ":"))
    (folder / "vocab.json").write_text(vocab, encoding="utf-8")
    text = "#version: 0.2\n" + "\n".join(merges) + "\n"
    (folder / "merges.txt").write_text(text, encoding="utf-8")
    special = {"bos_token": START, "eos_token": END, "unk_token": END, "pad_token": END}
    config = {
        "tokenizer_class": "CLIPTokenizer",
        "model_max_length": 77,
        "do_lower_case": True,
        "add_prefix_space": False,
        "errors": "replace",
        **special,
    }
    for name, content in (("tokenizer_config", config), ("special_tokens_map", special)):
        (folder / f"{name}.json").write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
