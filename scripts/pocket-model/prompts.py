"""What a model is asked to generate when it is measured, and the right answers."""

from __future__ import annotations

from character import FRAMINGS
from labels import HAIR_COLOURS, OUTFIT_COLOURS

HAIR = [
    "an illustration of a girl, short {} hair, white background",
    "an illustration of a girl, long {} hair, full body, white background",
    "an illustration of a boy, short {} hair, upper body",
    "an illustration of a girl, {} hair in twintails, red dress, beach",
    "an illustration of a girl, {} hair in buns, blue shirt, face",
    "an illustration of a boy, spiky {} hair, green hoodie, full body, forest",
    "an illustration of a girl, long {} hair, smiling, upper body, city",
]
OUTFIT = [
    "an illustration of a girl, long brown hair, {} dress, full body, white background",
    "an illustration of a boy, short black hair, {} shirt, blue trousers, upper body",
    "an illustration of a girl, short blonde hair, {} hoodie, standing, full body, meadow",
    "an illustration of a girl, red hair in a ponytail, {} coat, full body, white background",
    "an illustration of a girl, {} dress, upper body, room",
]
FRAMING = [
    "an illustration of a girl, short brown hair, red dress, {}, white background",
    "an illustration of a boy, spiky blue hair, {}, forest",
    "an illustration of a girl, long pink hair, smiling, {}, city",
    "an illustration of a girl, blonde hair in twintails, blue shirt, {}",
]
PLAIN = [
    "an illustration of a girl",
    "an illustration of a sks girl",
    "an illustration of a girl, white background",
    "an illustration of a girl, face, white background",
    "an illustration of a girl, long red hair, blue dress, beach",
    "an illustration of a boy, cheering, full body, beach",
    "an illustration of a girl, witch hat, purple dress, full body, night",
    "an illustration of a girl, sailor uniform, upper body, room",
]


def asked(count: int) -> dict[str, list[tuple[str, int]]]:
    """For each question prompts with the index of the answer; all answers equally often."""
    sets = {
        "hair": (HAIR, HAIR_COLOURS),
        "outfit": (OUTFIT, OUTFIT_COLOURS),
        "framing": (FRAMING, FRAMINGS),
    }
    return {
        name: [
            (wordings[index % len(wordings)].format(words[index % len(words)]), index % len(words))
            for index in range(count)
        ]
        for name, (wordings, words) in sets.items()
    }
