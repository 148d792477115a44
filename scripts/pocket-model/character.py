"""A character as parameters: what is drawn and what the caption says come from the same record."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from canvas import Rgb
from colours import CLOTH, EYES, HAIR, SKIN, sample
from pen import Style, random_style

HAIR_STYLES = {
    "girl": ["short", "bob", "long", "long", "twintails", "ponytail", "buns", "bun", "braids"]
    + ["curly", "spiky"],
    "boy": ["short", "short", "spiky", "spiky", "curly", "bob", "long", "ponytail"],
}
OUTFITS = {
    "girl": ["dress", "dress", "shirt and skirt", "shirt and shorts", "shirt and trousers"]
    + ["sailor uniform", "coat", "hoodie", "overalls", "robe"],
    "boy": ["shirt and trousers", "shirt and trousers", "shirt and shorts", "hoodie", "coat"]
    + ["overalls", "robe"],
}
POSES = ["standing", "standing", "standing", "waving", "walking", "cheering", "bowing"] + [
    *("sitting", "running", "jumping", "arms spread", "hands on hips", "arms behind back"),
]
EXPRESSIONS = ["", "smiling", "open mouth", "closed eyes", "angry", "surprised"]
HEADWEAR = ["cat ears", "bunny ears", "horns", "hat", "cap", "witch hat", "straw hat", "beanie"] + [
    *("crown", "hair bow", "headband", "hairpin", "headphones", "halo", "antenna", "flower"),
]
EXTRAS = ["glasses", "scarf", "backpack", "wings", "cape", "tail", "necktie", "gloves", "earrings"]
FRAMINGS = ["full body", "upper body", "face"]


@dataclass(frozen=True)
class Tint:
    """A colour with the name that a caption may use."""

    name: str
    rgb: Rgb


@dataclass(frozen=True)
class Character:
    person: str  # girl or boy
    heads: float  # height in heads: 2 is a chibi, 5.5 an adult
    build: float
    hair_style: str
    hair: Tint
    fringe: str
    hair_size: float
    eyes: Tint
    eye_size: float
    skin: Tint
    outfit: str
    top: Tint
    bottom: Tint
    trim: Tint
    socks: Tint
    sock_height: float
    shoes: Tint
    boots: bool
    sleeves: str
    headwear: str
    extras: tuple[str, ...]
    accent: Tint
    pose: str
    expression: str
    yaw: float
    mirrored: bool
    framing: str
    style: Style
    seed: int


def cloth(rng: np.random.Generator) -> Tint:
    name = str(rng.choice(list(CLOTH)))
    return Tint(name, sample(CLOTH, name, rng))


def random_character(rng: np.random.Generator) -> Character:
    def pick(values: list[str]) -> str:
        return str(values[rng.integers(len(values))])

    person = "girl" if rng.random() < 0.7 else "boy"
    hair = pick(list(HAIR))
    eyes = pick(list(EYES))
    skin = str(rng.choice(list(SKIN), p=[0.35, 0.4, 0.13, 0.12]))
    yaw = 0.0 if rng.random() < 0.45 else float(rng.uniform(-1, 1))
    extras = [name for name in EXTRAS if rng.random() < 0.07]
    chibi = rng.random() < 0.55
    return Character(
        person=person,
        heads=float(rng.uniform(1.9, 3.0) if chibi else rng.uniform(3.0, 4.3)),
        build=float(rng.uniform(0.85, 1.6)),
        hair_style=pick(HAIR_STYLES[person]),
        hair=Tint(hair, sample(HAIR, hair, rng)),
        fringe=pick(["blunt", "jagged", "parted", "swept", "bare"]),
        hair_size=float(rng.uniform(0.0, 1.0)),
        eyes=Tint(eyes, sample(CLOTH, eyes, rng)),
        eye_size=float(rng.uniform(0.75, 1.25)),
        skin=Tint(skin, sample(SKIN, skin, rng)),
        outfit=pick(OUTFITS[person]),
        top=cloth(rng),
        bottom=cloth(rng),
        trim=cloth(rng),
        socks=cloth(rng),
        sock_height=float(rng.choice([0.0, 0.35, 0.8, 1.3])),
        shoes=cloth(rng),
        boots=bool(rng.random() < 0.35),
        sleeves=pick(["short", "short", "long", "puffy", "none"]),
        headwear=pick(HEADWEAR) if rng.random() < 0.35 else "",
        extras=tuple(extras),
        accent=cloth(rng),
        pose=pick(POSES),
        expression=pick(EXPRESSIONS),
        yaw=yaw,
        mirrored=bool(rng.random() < 0.5),
        framing=str(rng.choice(FRAMINGS, p=[0.6, 0.22, 0.18])),
        style=random_style(rng),
        seed=int(rng.integers(2**31)),
    )
