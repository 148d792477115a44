"""transformers' CLIP token ids for `test/goldens/tokenizer/`, from the pocket model's vocabulary."""

from __future__ import annotations

import json
from pathlib import Path

from transformers import CLIPTokenizer

TOPIC = "tokenizer"
POCKET = Path(__file__).parents[2] / "src" / "diffusion" / "pocket" / "tokenizer"

PROMPTS = [
    "",
    "an illustration of a sks girl",
    "  A Photo\tof a CAT,\nisn't it?  ",
    "桜の木の下の少女、夕焼け",
    "カフェのテラス席 ﾊﾝｶｸ",
    "smile 😀👩‍👩‍👧‍👦 ❤️",
    "(masterpiece:1.2), [[best quality]], 1girl, 4k -- 100%!!",
    "Ünïcödé café e\u0301 ÅNGSTRÖM ΣΊΣΥΦΟΣ İstanbul straße",
    "don't we'll they've I'm she'd it's DON'T 'tis",
    "hello<|endoftext|>world <|startoftext|> again",
    "http://example.com/a?b=c&d=e#f_g snake_case camelCase",
    "中文提示词,한국어 프롬프트 русский текст عربى",
    "\u200bzero\u00a0width\u3000space",
    "a" * 120,
    "1234567890 ½ ² ④",
    "the quick brown fox jumps over the lazy dog " * 60,
]


def write(folder: Path) -> None:
    tokenizer = CLIPTokenizer.from_pretrained(POCKET)
    golden = []
    for prompt in PROMPTS:
        whole = tokenizer(prompt).input_ids
        ids = tokenizer(prompt, padding="max_length", max_length=77, truncation=True).input_ids
        golden.append({"prompt": prompt, "ids": ids, "dropped": max(0, len(whole) - 77)})
    (folder / "clip.json").write_text(json.dumps(golden, ensure_ascii=False) + "\n")
