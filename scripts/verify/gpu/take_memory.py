"""Takes the memory of the GPU but for some gigabytes, its argument, until its standard input ends."""

from __future__ import annotations

import sys

import torch

MIB = 1 << 20


def main(spared: float) -> None:
    taken = []
    size = 1024 * MIB
    while size >= 64 * MIB:
        if torch.cuda.mem_get_info()[0] - size < spared * 1e9:
            size //= 2
            continue
        try:
            taken.append(torch.empty(size, dtype=torch.uint8, device="cuda"))
        except torch.OutOfMemoryError:
            size //= 2
    print("taken", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(float(sys.argv[1]))
