"""What a caption says and a picture shows, as numbers: targets for the text encoder and judges."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from caption import Facts
from character import FRAMINGS
from colours import CLOTH, HAIR

HAIR_COLOURS, OUTFIT_COLOURS = list(HAIR), list(CLOTH)
# The garments whose colour a caption names first; a sailor uniform's top has none.
TOPS = ("dress", "coat", "robe", "shirt", "hoodie")


def labels_of(facts: Facts, caption: str) -> list[str]:
    """What the caption says of the facts, in words that UNet and people care about."""
    said = set(caption.split(", "))
    labels = [facts.person]
    if facts.hair in said:
        labels += [
            f"hair: {facts.hair_colour}",
            f"style: {facts.hair.replace(facts.hair_colour, '')}",
        ]
    labels += [phrase for phrase in (*facts.outfit, *facts.details) if phrase in said]
    for name, phrase in (("pose", facts.pose), ("view", facts.view), ("framing", facts.framing)):
        if phrase and phrase in said:
            labels.append(f"{name}: {phrase}")
    if facts.place in said:
        labels.append(f"place: {facts.place}")
    return labels


def all_labels(sample: Iterable[Facts]) -> list[str]:
    """Every label that a sample of drawings has, sorted."""
    found: set[str] = set()
    for facts in sample:
        everything = [
            facts.hair,
            *facts.outfit,
            *facts.details,
            facts.pose,
            facts.view,
            facts.framing,
        ]
        found.update(labels_of(facts, ", ".join([*everything, facts.place])))
    return sorted(found)


def shown(facts: Facts) -> np.ndarray:
    """Indices of hair colour, colour of the top (-1: none to be seen) and framing."""
    tops = [
        OUTFIT_COLOURS.index(colour)
        for colour, _, garment in (phrase.partition(" ") for phrase in facts.outfit)
        if garment in TOPS and colour in CLOTH
    ]
    hair, framing = HAIR_COLOURS.index(facts.hair_colour), FRAMINGS.index(facts.framing)
    return np.array([hair, tops[0] if tops else -1, framing], np.int16)
