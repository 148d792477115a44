"""Frames over real pipes, in the layout that frames.ts writes and reads."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
from typing import Any, NamedTuple

import pytest
import torch
from conftest import ROOT
from lora_bridge.pipe import Pipe


class Ends(NamedTuple):
    pipe: Pipe
    #: Where Node writes and reads.
    requests: int
    answers: int


@pytest.fixture
def ends() -> Ends:
    # The writing end stays open until the process ends: the end of input would end it.
    source, requests = os.pipe()
    answers, sink = os.pipe()
    return Ends(Pipe(source, sink), requests, answers)


def frame(fields: dict[str, Any], *tensors: tuple[str, list[int], list[float]]) -> bytes:
    entries = [{"name": name, "dtype": "float32", "shape": shape} for name, shape, _ in tensors]
    header = json.dumps(fields | {"tensors": entries}).encode()
    values = b"".join(struct.pack(f"<{len(numbers)}f", *numbers) for _, _, numbers in tensors)
    return struct.pack("<I", len(header)) + header + values


def test_reads_requests_with_their_tensors(ends: Ends) -> None:
    request = frame({"do": "learn"}, ("latents", [2, 1, 2], [1, 2, 3, 4.5]), ("none", [0], []), ("one", [], [7]))
    # In pieces, as a pipe may deliver it, with the next frame behind it.
    for part in (request[:3], request[3:50], request[50:] + frame({"do": "close"})):
        os.write(ends.requests, part)
    fields, tensors = ends.pipe.read()
    assert fields == {"do": "learn"}
    assert torch.equal(tensors["latents"], torch.tensor([[[1, 2]], [[3, 4.5]]]))
    assert tensors["none"].shape == (0,)
    assert tensors["one"].item() == 7
    assert ends.pipe.read() == ({"do": "close"}, {})


def test_writes_answers(ends: Ends) -> None:
    picture = torch.arange(12, dtype=torch.uint8).view(2, 2, 3)
    # Neither contiguous nor float32, and with a gradient.
    values = torch.tensor([[1.0, 2], [3, float("nan")]], dtype=torch.float64, requires_grad=True).T
    ends.pipe.write({"done": True}, picture=picture, values=values)
    (length,) = struct.unpack("<I", os.read(ends.answers, 4))
    assert json.loads(os.read(ends.answers, length)) == {
        "done": True,
        "tensors": [
            {"name": "picture", "dtype": "uint8", "shape": [2, 2, 3]},
            {"name": "values", "dtype": "float32", "shape": [2, 2]},
        ],
    }
    assert os.read(ends.answers, 12) == bytes(range(12))
    assert struct.unpack("<3f", os.read(ends.answers, 12)) == (1, 3, 2)
    assert os.read(ends.answers, 100) == struct.pack("<f", float("nan"))


def test_notices_an_abort_while_nothing_is_read(ends: Ends) -> None:
    assert not ends.pipe.aborted.is_set()
    os.write(ends.requests, frame({"do": "abort"}))
    assert ends.pipe.aborted.wait(timeout=10)


def test_the_end_of_input_ends_the_process() -> None:
    program = "import sys, time; sys.path.insert(0, sys.argv[1]); from lora_bridge.pipe import Pipe"
    program += "; Pipe(0, 1); time.sleep(60)"
    command = [sys.executable, "-c", program, str(ROOT / "src" / "engines" / "diffusers" / "python")]
    assert subprocess.run(command, stdin=subprocess.DEVNULL, timeout=30).returncode == 0
