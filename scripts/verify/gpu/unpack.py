"""Puts pieces of the GPU kit in their place: `unpack.py --into KIT PIECE...`; without pieces, says what is missing.

Needs Python alone. A piece is, in this order: MAGIC, the length of its index (u64, little-endian), its index (JSON,
xz), blocks (xz each), and the SHA-256 of all that. The index lists the files with their modes and sizes, and for each
block what ranges of which files it holds, so that all cores unpack at once and a file may lie in several pieces.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import hashlib
import json
import lzma
import mmap
import os
import struct
import sys
from pathlib import Path
from typing import Any

MAGIC = b"LBGPUKIT"
STATE = ".unpacked.json"
COMPLETE = ".complete"
GROUPS = ("base", "code")


class Refused(Exception):
    """What is wrong with a piece, in words."""


def read_index(piece: Path, data: mmap.mmap) -> dict[str, Any]:
    """The index of a piece that came as it was made. Raises Refused for every other file."""
    if data[: len(MAGIC)] != MAGIC:
        raise Refused(f"{piece} is no piece of a GPU kit.")
    # A mapped file hashes without being copied.
    with memoryview(data) as view, view[:-32] as body:
        digest = hashlib.sha256(body).digest()
    if digest != data[-32:]:
        raise Refused(f"{piece} is damaged: its checksum does not fit. Copy it again.")
    (length,) = struct.unpack_from("<Q", data, len(MAGIC))
    begin = len(MAGIC) + 8
    index = json.loads(lzma.decompress(data[begin : begin + length]))
    index["begin"] = begin + length
    return index


def write_files(index: dict[str, Any], data: mmap.mmap, into: Path) -> None:
    """Writes what the blocks hold to its places."""
    handles = []
    for path, mode, size in index["files"]:
        target = into / path
        target.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(target, os.O_WRONLY | os.O_CREAT, mode)
        os.fchmod(handle, mode)
        os.ftruncate(handle, size)
        handles.append(handle)

    def write(block: tuple[int, int, list[tuple[int, int, int]]]) -> None:
        offset, length, ranges = block
        begin = index["begin"] + offset
        content = memoryview(lzma.decompress(data[begin : begin + length]))
        done = 0
        for file, at, size in ranges:
            os.pwrite(handles[file], content[done : done + size], at)
            done += size

    try:
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(write, index["blocks"]))
    finally:
        for handle in handles:
            os.close(handle)


def read_state(into: Path) -> dict[str, Any]:
    state = into / STATE
    return json.loads(state.read_text()) if state.exists() else {"wanted": {}, "have": {}}


def missing(state: dict[str, Any]) -> list[str]:
    """The pieces that are not here yet, by name."""
    lacking = [f"the pieces of {name}" for name in GROUPS if name not in state["wanted"]]
    for group in state["wanted"].values():
        lacking += [name for name in group["names"] if name not in state["have"].get(group["id"], [])]
    return lacking


def take_in(state: dict[str, Any], index: dict[str, Any]) -> None:
    """Notes in `state` that a piece is here. What another pack had in a group of the same name no longer counts."""
    wanted, groups = state["wanted"], index["groups"]
    replaced = [name for name in groups if name in wanted and wanted[name]["id"] != groups[name]["id"]]
    for name in replaced:
        state["have"].pop(wanted[name]["id"], None)
    if replaced:
        # The code says which base it needs; a base does not know the code.
        wanted.clear()
    wanted.update(groups)
    have = state["have"].setdefault(groups[index["group"]]["id"], [])
    if index["name"] not in have:
        have.append(index["name"])


def unpack(piece: Path, into: Path) -> None:
    """Puts one piece in its place; does nothing when it was put there before. Raises Refused."""
    try:
        file = piece.open("rb")
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:
        raise Refused(f"{piece} cannot be read: {error}") from error
    with file, data:
        index = read_index(piece, data)
        state = read_state(into)
        group = index["groups"][index["group"]]
        if index["name"] not in state["have"].get(group["id"], []):
            (into / COMPLETE).unlink(missing_ok=True)
            write_files(index, data, into)
        take_in(state, index)
        temporary = into / f"{STATE}.tmp"
        temporary.write_text(json.dumps(state))
        temporary.rename(into / STATE)
    print(f"{index['name']} is in its place.")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--into", type=Path, required=True, help="folder of the kit")
    parser.add_argument("pieces", type=Path, nargs="*")
    arguments = parser.parse_args()
    arguments.into.mkdir(parents=True, exist_ok=True)
    try:
        for piece in arguments.pieces:
            unpack(piece, arguments.into)
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 1
    lacking = missing(read_state(arguments.into))
    if lacking:
        print(f"Still missing: {', '.join(lacking)}.")
        return 0 if arguments.pieces else 1
    (arguments.into / COMPLETE).touch()
    print(f"The kit is complete: {arguments.into / 'run'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
