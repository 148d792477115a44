"""What a picture shows, as phrases, and captions made of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from character import Character

HAIR_PHRASES = {
    "short": "short {} hair",
    "bob": "short {} hair",
    "long": "long {} hair",
    "curly": "curly {} hair",
    "spiky": "spiky {} hair",
    "twintails": "{} hair in twintails",
    "ponytail": "{} hair in a ponytail",
    "buns": "{} hair in buns",
    "bun": "{} hair in a bun",
    "braids": "{} hair in braids",
}
# Hats hide hair and braids hide little; these words need no colour of their own.
UNCOLOURED = ("cat ears", "crown", "halo", "straw hat")


@dataclass(frozen=True)
class Facts:
    """What is true of a picture; hair, outfit, framing and place are said more often."""

    person: str
    hair: str
    hair_colour: str
    outfit: tuple[str, ...]
    details: tuple[str, ...]
    pose: str
    view: str
    framing: str
    place: str


def facts_of(character: Character, background: str) -> Facts:
    shows_legs = character.framing == "full body"
    shows_body = character.framing != "face"
    details: list[str] = [f"{character.eyes.name} eyes"]
    if character.skin.name in ("tanned", "dark"):
        details.append(f"{character.skin.name} skin")
    if character.expression:
        details.append(character.expression)
    if character.headwear:
        plain = character.headwear in UNCOLOURED
        details.append(
            character.headwear if plain else f"{character.accent.name} {character.headwear}"
        )
    for extra in character.extras:
        if extra == "tail" or (extra != "glasses" and not shows_body):
            continue
        plain = extra in ("gloves", "glasses")
        details.append(extra if plain else f"{character.accent.name} {extra}")
    if shows_legs:
        details += [f"{character.shoes.name} {'boots' if character.boots else 'shoes'}"]
        if character.heads < 2.6:
            details.append("chibi")
    view = ""
    if abs(character.yaw) > 0.45:
        view = "facing right" if character.yaw > 0 else "facing left"
    return Facts(
        person=character.person,
        hair=HAIR_PHRASES[character.hair_style].format(character.hair.name),
        hair_colour=character.hair.name,
        outfit=tuple(outfit_phrases(character)) if shows_body else (),
        details=tuple(details),
        pose=character.pose if shows_body else "",
        view=view,
        framing=character.framing,
        place=background,
    )


def outfit_phrases(character: Character) -> list[str]:
    top, bottom = character.top.name, character.bottom.name
    match character.outfit:
        case "sailor uniform":
            return ["sailor uniform", f"{bottom} skirt"]
        case "overalls":
            return [f"{bottom} overalls", f"{top} shirt"]
        case "hoodie":
            return [f"{top} hoodie", f"{bottom} shorts"]
        case "dress" | "coat" | "robe":
            return [f"{top} {character.outfit}"]
        case outfit:
            return [f"{top} shirt", f"{bottom} {outfit.split(' and ')[1]}"]


def write_caption(facts: Facts, strangers: list[str], rng: np.random.Generator) -> str:
    """One of many true captions, from everything known down to `an illustration of a girl`.

    Some put a word that means nothing before the noun, as a LoRA's trigger word will.
    """
    stranger = f"{strangers[rng.integers(len(strangers))]} " if rng.random() < 0.15 else ""
    head = f"an illustration of a {stranger}{facts.person}"
    if rng.random() < 0.05:
        return head
    keep = float(rng.choice([0.0, 0.35, 0.7, 1.0], p=[0.2, 0.25, 0.3, 0.25]))
    middle = [facts.hair] if rng.random() < max(0.85, keep) else []
    middle += [phrase for phrase in facts.outfit if rng.random() < max(0.65, keep)]
    middle += [phrase for phrase in facts.details if rng.random() < keep]
    if facts.pose and rng.random() < 0.3 + 0.6 * keep:
        middle.append(facts.pose)
    if facts.view and rng.random() < 0.3 + 0.6 * keep:
        middle.append(facts.view)
    if rng.random() < 0.3:
        middle = [str(phrase) for phrase in rng.permutation(middle)]
    tail = [facts.framing] if rng.random() < 0.8 else []
    tail += [facts.place] if rng.random() < 0.85 else []
    return ", ".join([head, *middle, *tail])
