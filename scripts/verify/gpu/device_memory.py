"""Watches the memory of an NVIDIA GPU, until its standard input ends: `device_memory.py PID`.

Answers each line of standard input with one JSON object and starts over: the most that was used since the last one, in
bytes, of the whole device and, where the driver reports it, of process PID with its descendants (else null). Looks
forty times a second.
"""

from __future__ import annotations

import json
import select
import sys
from pathlib import Path

import pynvml

EVERY_SECONDS = 0.025


def descendants(root: int) -> set[int]:
    parents = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                # Behind the name in parentheses, which may hold anything: state, parent.
                parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
    tree = {root}
    while new := {child for child, parent in parents.items() if parent in tree} - tree:
        tree |= new
    return tree


def of_processes(device: object, root: int) -> int | None:
    """Bytes of the tree's processes; None where the driver reports none of them, as on some virtual machines."""
    listed = {}
    for list_processes in (
        pynvml.nvmlDeviceGetComputeRunningProcesses,
        pynvml.nvmlDeviceGetGraphicsRunningProcesses,
    ):
        for process in list_processes(device):
            listed[process.pid] = max(listed.get(process.pid, 0), process.usedGpuMemory or 0)
    if not listed:
        return None
    tree = descendants(root)
    return sum(size for pid, size in listed.items() if pid in tree) or None


def main(root: int) -> None:
    pynvml.nvmlInit()
    device = pynvml.nvmlDeviceGetHandleByIndex(0)
    peaks: dict[str, int | None] = {"device": 0, "process": None}
    while True:
        for name, value in (
            ("device", pynvml.nvmlDeviceGetMemoryInfo(device).used),
            ("process", of_processes(device, root)),
        ):
            peaks[name] = value if peaks[name] is None else max(peaks[name], value or 0)
        if select.select([sys.stdin], [], [], EVERY_SECONDS)[0]:
            if not sys.stdin.readline():
                return
            print(json.dumps(peaks), flush=True)
            peaks = {"device": 0, "process": None}


if __name__ == "__main__":
    main(int(sys.argv[1]))
