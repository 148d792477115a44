"""The companion process (Node): draws the dataset and writes the files of the run. See companion/requests.ts."""

from __future__ import annotations

import json
import subprocess
import threading
from typing import TYPE_CHECKING, Any

from .events import EngineError

if TYPE_CHECKING:
    import torch


class Companion:
    def __init__(self, node: str, script: str, job: str, rank: int, processes: int, *, leads: bool) -> None:
        command = [node, script, job, str(rank), str(processes), *(["writes"] if leads else [])]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._lock = threading.Lock()

    def ask(self, request: dict[str, Any], payload: bytes = b"") -> tuple[dict[str, Any], bytearray]:
        """Sends a request; returns the answer and the bytes behind it. Raises EngineError for what went wrong there."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None and stdout is not None
        with self._lock:
            try:
                stdin.write(json.dumps(request).encode() + b"\n" + payload)
                stdin.flush()
                line = stdout.readline()
            except BrokenPipeError:
                line = b""
            if not line:
                raise EngineError.of(
                    "trainer.crashed",
                    "The process that draws the dataset and writes the files has ended.",
                    retryable=True,
                    hint="Look into the log file, then resume the job: it continues from its last checkpoint.",
                )
            reply = json.loads(line)
            if "error" in reply:
                raise EngineError(reply["error"])
            numbers = bytearray(reply["bytes"])
            view = memoryview(numbers)
            while view and (count := stdout.readinto(view)):
                view = view[count:]
            return reply["answer"], numbers

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def tensor_of(numbers: bytearray) -> torch.Tensor:
    """The float32 numbers behind an answer, as they came."""
    import torch

    return torch.frombuffer(numbers, dtype=torch.float32) if numbers else torch.empty(0)


def bytes_of(*tensors: torch.Tensor) -> bytes:
    """Numbers to send behind a request."""
    return b"".join(tensor.detach().float().cpu().contiguous().numpy().tobytes() for tensor in tensors)
