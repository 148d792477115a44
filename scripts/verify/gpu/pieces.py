"""Writes a staged kit as pieces: `pieces.py STAGE OUT BYTES_A_PIECE LEVEL`; unpack.py says how a piece is laid out.

The files are in two groups, each with pieces of its own: `base`, which changes seldom (programs, libraries, models),
and `code`. A group is named by what it holds: when that has not changed, its pieces are left as they are, and a machine
that has them needs only the others again.
"""

from __future__ import annotations

import concurrent.futures
import hashlib
import json
import lzma
import os
import struct
import sys
from pathlib import Path
from typing import Any

from unpack import GROUPS, MAGIC

#: Bytes of a block, at most: small enough that all cores have some to unpack, large enough to compress well.
BLOCK = 8 << 20
#: How paths of this group begin; everything else is code.
BASE = (
    "bin/",
    "node_modules/",
    "onnxruntime/",
    "python/",
    "vulkan/",
    "pocket-trainer/captures/",
    "pocket-trainer/lib/",
    "pocket-trainer/site/",
    "src/diffusion/pocket/",
    "src/faces/models/",
    "test/characters/",
)
#: What compiled programs begin with: with their jumps made absolute they compress better.
ELF = b"\x7fELF"

Range = tuple[int, int, int]


def group_of(path: str) -> str:
    return "base" if path.startswith(BASE) else "code"


def identify(stage: Path, paths: list[str], settings: str) -> str:
    """A name for these files with these modes and contents, packed this way."""
    digest = hashlib.sha256(settings.encode())
    for path in paths:
        file = stage / path
        with file.open("rb") as content:
            checksum = hashlib.file_digest(content, "sha256").hexdigest()
        digest.update(f"{path}\0{file.stat().st_mode & 0o777}\0{checksum}\n".encode())
    return digest.hexdigest()[:16]


def cut_blocks(stage: Path, paths: list[str], most: int) -> list[list[Range]]:
    """Ranges (file, begin, length) of at most `most` bytes together. Programs and other files do not share a block."""
    blocks: list[list[Range]] = []
    room, kind = 0, False
    for number, path in enumerate(paths):
        size = (stage / path).stat().st_size
        program = is_program(stage / path)
        if program != kind:
            room, kind = 0, program
        at = 0
        while at < size or (size == 0 and at == 0):
            if room == 0:
                blocks.append([])
                room = most
            length = min(room, size - at)
            blocks[-1].append((number, at, length))
            at += max(length, 1)
            room -= length
    return blocks


def is_program(file: Path) -> bool:
    with file.open("rb") as content:
        return content.read(len(ELF)) == ELF


def compress(stage: Path, paths: list[str], ranges: list[Range], level: int) -> bytes:
    content = bytearray()
    for number, at, length in ranges:
        with (stage / paths[number]).open("rb") as file:
            file.seek(at)
            content += file.read(length)
    filters: list[dict[str, Any]] = [{"id": lzma.FILTER_LZMA2, "preset": level}]
    if is_program(stage / paths[ranges[0][0]]):
        filters.insert(0, {"id": lzma.FILTER_X86})
    return lzma.compress(content, check=lzma.CHECK_NONE, filters=filters)


def fill_pieces(sizes: list[int], limit: int) -> list[range]:
    """Which blocks go into which piece, in their order."""
    pieces, begin, filled = [], 0, 0
    for block, size in enumerate(sizes):
        if filled + size > limit and block > begin:
            pieces.append(range(begin, block))
            begin, filled = block, 0
        filled += size
    return [*pieces, range(begin, len(sizes))]


def write_piece(file: Path, index: dict[str, Any], blocks: list[bytes]) -> None:
    head = lzma.compress(json.dumps(index).encode())
    digest = hashlib.sha256()
    with file.open("wb") as piece:
        for part in (MAGIC, struct.pack("<Q", len(head)), head, *blocks):
            digest.update(part)
            piece.write(part)
        piece.write(digest.digest())


def index_of(stage: Path, paths: list[str], ranges: list[list[Range]], sizes: list[int]) -> dict[str, Any]:
    """Files and blocks of one piece, numbered within it."""
    used = sorted({number for block in ranges for number, _, _ in block})
    own = {number: place for place, number in enumerate(used)}
    blocks, offset = [], 0
    for block, size in zip(ranges, sizes, strict=True):
        blocks.append((offset, size, [(own[number], at, length) for number, at, length in block]))
        offset += size
    stats = [(stage / paths[number]).stat() for number in used]
    files = [(paths[n], s.st_mode & 0o777, s.st_size) for n, s in zip(used, stats, strict=True)]
    return {"files": files, "blocks": blocks}


def main(stage: Path, out: Path, limit: int, level: int) -> None:
    everything = sorted(str(path.relative_to(stage)) for path in stage.rglob("*") if path.is_file())
    out.mkdir(parents=True, exist_ok=True)
    manifest = out / "pieces.json"
    before = json.loads(manifest.read_text()) if manifest.exists() else {}
    # Index and checksum want a little room of their own.
    room = limit - (1 << 20)
    groups: dict[str, dict[str, Any]] = {}
    packed: dict[str, tuple[list[str], list[list[Range]], list[bytes], list[range]]] = {}
    for name in GROUPS:
        paths = [path for path in everything if group_of(path) == name]
        # The code's pieces name the base that they need.
        identity = identify(stage, paths, json.dumps([limit, level, groups]))
        known = before.get(name, {"id": None, "names": []})
        if known["id"] == identity and all((out / piece).exists() for piece in known["names"]):
            groups[name] = known
            continue
        ranges = cut_blocks(stage, paths, min(BLOCK, room // 4))
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            blocks = list(pool.map(lambda block, own=paths: compress(stage, own, block, level), ranges))
        pieces = fill_pieces([len(block) for block in blocks], room)
        names = [f"{name}-{number + 1}-of-{len(pieces)}.piece" for number in range(len(pieces))]
        groups[name] = {"id": identity, "names": names}
        packed[name] = (paths, ranges, blocks, pieces)
    for name, (paths, ranges, blocks, pieces) in packed.items():
        for file, members in zip(groups[name]["names"], pieces, strict=True):
            own = [blocks[block] for block in members]
            index = index_of(stage, paths, [ranges[block] for block in members], [len(block) for block in own])
            # The pieces of the base stay as they are when the code changes.
            known = groups if name == "code" else {name: groups[name]}
            write_piece(out / file, {"name": file, "group": name, "groups": known, **index}, own)
    current = {file for group in groups.values() for file in group["names"]}
    for file in out.glob("*.piece"):
        if file.name not in current:
            file.unlink()
    manifest.write_text(json.dumps(groups, indent=2) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
