"""Nearest matrices of a low rank by numpy's SVD, for `test/goldens/low-rank/`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

TOPIC = "low-rank"


def nearest(matrix: np.ndarray, rank: int) -> np.ndarray:
    left, values, right = np.linalg.svd(matrix.astype(np.float64), full_matrices=False)
    return ((left[:, :rank] * values[:rank]) @ right[:rank]).astype(np.float32)


def write(folder: Path) -> None:
    """Products of two factors, tall, wide and wider than their rank; and whole matrices with a falling spectrum."""
    random = np.random.default_rng(0)
    tensors: dict[str, np.ndarray] = {}
    for name, rows, inner, columns, rank in (("tall", 48, 6, 20, 3), ("wide", 12, 5, 60, 2), ("small", 4, 6, 5, 3)):
        up = random.normal(size=(rows, inner)).astype(np.float32)
        down = random.normal(size=(inner, columns)).astype(np.float32)
        tensors |= {f"{name}.up": up, f"{name}.down": down, f"{name}.nearest": nearest(up @ down, rank)}
    for name, rows, columns, rank in (("flat", 60, 90, 8), ("high", 90, 40, 6)):
        left, _ = np.linalg.qr(random.normal(size=(rows, min(rows, columns))))
        right, _ = np.linalg.qr(random.normal(size=(columns, min(rows, columns))))
        values = 0.8 ** np.arange(min(rows, columns))
        matrix = ((left * values) @ right.T).astype(np.float32)
        tensors |= {f"{name}.matrix": matrix, f"{name}.nearest": nearest(matrix, rank)}
    save_file(tensors, folder / "low-rank.safetensors")
    (folder / "low-rank.safetensors").chmod(0o644)
