"""Where a pose puts the joints. The head's radius is 1 and its centre the origin; y points down."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from canvas import Point
from character import Character

# Degrees from hanging straight down, outwards positive: upper arm, forearm (left, then right).
ARMS: dict[str, tuple[tuple[float, float], tuple[float, float]]] = {
    "standing": ((14, 8), (14, 8)),
    "waving": ((14, 8), (125, 172)),
    "walking": ((28, 14), (28, 40)),
    "running": ((45, -30), (40, 95)),
    "cheering": ((145, 160), (145, 160)),
    "jumping": ((130, 150), (130, 150)),
    "bowing": ((12, 2), (12, 2)),
    "sitting": ((20, -14), (20, -14)),
    "arms spread": ((85, 92), (85, 92)),
    "hands on hips": ((50, -42), (50, -42)),
    "arms behind back": ((22, -30), (22, -30)),
}
# Degrees outwards and length shown (foreshortening): thigh, then shin.
LEGS: dict[str, tuple[tuple[float, float, float], tuple[float, float, float]]] = {
    "walking": ((10, 4, 1.0), (6, 10, 0.84)),
    "running": ((14, 6, 1.0), (12, -25, 0.7)),
    "jumping": ((16, -22, 0.8), (16, -22, 0.8)),
    "sitting": ((34, 4, 0.55), (34, 4, 0.55)),
}
SIDEWAYS_LEGS = {"walking": (22.0, 24.0), "running": (36.0, 60.0)}


@dataclass(frozen=True)
class Figure:
    shoulder: float
    waist_y: float
    hip_y: float
    hip: float
    waist: float
    arm_width: float
    leg_width: float
    leg: float
    arms: tuple[list[Point], list[Point]]  # shoulder, elbow, wrist
    legs: tuple[list[Point], list[Point]]  # hip, knee, ankle
    pitch: float  # how far the face looks down
    top_y: float = 1.02


def step_to(start: Point, degrees: float, length: float, side: int) -> Point:
    angle = math.radians(degrees)
    return (start[0] + side * length * math.sin(angle), start[1] + length * math.cos(angle))


def pose_figure(character: Character, rng: np.random.Generator) -> Figure:
    body = 2 * character.heads - 2
    torso, leg = body * 0.44, body * 0.53
    pitch = 0.0
    if character.pose == "bowing":
        torso, pitch = torso * 0.72, 0.25
    turn = 1 - 0.14 * abs(character.yaw)
    broad = 1.1 if character.person == "boy" else 1.0
    shoulder = (0.4 + 0.12 * (character.heads - 1.9)) * character.build * broad
    hip = shoulder * (0.82 if character.person == "girl" else 0.78)
    hip_y = 1.0 + torso
    arm = torso * 0.52 + 0.1
    poses = ARMS[character.pose]
    if character.mirrored:
        poses = (poses[1], poses[0])
    arms: list[list[Point]] = []
    for side, (upper, lower) in zip((-1, 1), poses, strict=True):
        upper, lower = upper + rng.normal(0, 5), lower + rng.normal(0, 5)
        start = (side * shoulder * 0.88 * turn, 1.0 + 0.16 * torso)
        elbow = step_to(start, upper, arm, side)
        arms.append([start, elbow, step_to(elbow, lower, arm, side)])
    legs = pose_legs(character, hip * turn, hip_y, leg, rng)
    return Figure(
        shoulder=shoulder * turn,
        waist_y=1.0 + torso * 0.68,
        hip_y=hip_y,
        hip=hip * turn,
        waist=shoulder * turn * (0.72 if character.heads > 3 else 0.9),
        arm_width=(0.2 + 0.34 * shoulder) * 0.75,
        leg_width=(0.16 + 0.55 * shoulder) * 0.78,
        leg=leg,
        arms=(arms[0], arms[1]),
        legs=(legs[0], legs[1]),
        pitch=pitch,
    )


def pose_legs(
    character: Character, hip: float, hip_y: float, leg: float, rng: np.random.Generator
) -> list[list[Point]]:
    spread = rng.uniform(0, 8)
    poses = LEGS.get(character.pose, ((spread, spread / 2, 1.0), (spread, spread / 2, 1.0)))
    if character.mirrored:
        poses = (poses[1], poses[0])
    stride = SIDEWAYS_LEGS.get(character.pose) if abs(character.yaw) > 0.35 else None
    legs: list[list[Point]] = []
    for index, (thigh, shin, shown) in enumerate(poses):
        side = 2 * index - 1
        start = (side * hip * 0.5, hip_y - 0.05)
        if stride is not None:  # seen from the side: one leg forwards, the other back
            forwards = math.copysign(1, character.yaw)
            front = (index == 0) == character.mirrored
            angle = stride[0] * (1 if front else -1) * forwards
            knee = step_to(start, angle, leg / 2, 1)
            bend = angle * 0.4 if front else angle - forwards * stride[1]
            legs.append([start, knee, step_to(knee, bend, leg / 2, 1)])
            continue
        knee = step_to(start, thigh, leg / 2 * shown, side)
        legs.append([start, knee, step_to(knee, shin, leg / 2 * min(1, shown + 0.2), side)])
    return legs
