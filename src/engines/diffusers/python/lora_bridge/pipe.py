"""The pipe to Node. A frame is the length of its header (u32, little-endian), the header as JSON, and the values of the
tensors that the header lists, one after the other; see frames.ts."""

from __future__ import annotations

import json
import os
import queue
import signal
import struct
import sys
import threading
from math import prod

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    import numpy
    import torch


def claim_standard_output() -> int:
    """Keeps standard output for frames alone: what libraries print goes to standard error, the log."""
    sink = os.dup(1)
    os.dup2(2, 1)
    return sink


def die_with_parent() -> None:
    """Asks Linux to kill this process when the one that started it dies."""
    if sys.platform == "linux":
        import ctypes

        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)


class Pipe:
    """Reads in a thread, so that an abort is noticed; the end of input ends this process."""

    def __init__(self, source: int, sink: int) -> None:
        # Ctrl-C and a closed terminal are handled by Node, which then ends the training in order.
        for name in ("SIGINT", "SIGHUP", "SIGBREAK"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), signal.SIG_IGN)
        self._source = os.fdopen(source, "rb")
        self._sink = os.fdopen(sink, "wb", buffering=0)
        #: Header and values of each tensor.
        self._requests: queue.SimpleQueue[tuple[dict[str, Any], list[bytearray]]] = queue.SimpleQueue()
        #: Set when Node has aborted the generation of images.
        self.aborted = threading.Event()
        threading.Thread(target=self._listen, daemon=True).start()

    def read(self) -> tuple[dict[str, Any], dict[str, torch.Tensor]]:
        """The next request and its tensors, all float32."""
        import torch

        header, values = self._requests.get()
        tensors = {}
        for entry, data in zip(header.pop("tensors"), values, strict=True):
            flat = torch.frombuffer(data, dtype=torch.float32) if data else torch.empty(0)
            tensors[entry["name"]] = flat.view(entry["shape"])
        return header, tensors

    def write(self, fields: dict[str, Any], **tensors: torch.Tensor) -> None:
        """An answer; its tensors are sent as bytes where they are that, else as float32."""
        arrays = {name: _array(tensor) for name, tensor in tensors.items()}
        entries = [{"name": name, "dtype": str(a.dtype), "shape": a.shape} for name, a in arrays.items()]
        header = json.dumps(fields | {"tensors": entries}).encode()
        for part in (struct.pack("<I", len(header)), header, *arrays.values()):
            view = memoryview(part).cast("B")
            while view:
                view = view[self._sink.write(view) :]

    def _listen(self) -> None:
        while True:
            (length,) = struct.unpack("<I", self._take(4))
            header = json.loads(self._take(length))
            values = [self._take(4 * prod(entry["shape"])) for entry in header["tensors"]]
            if header["do"] == "abort":
                self.aborted.set()
            else:
                self._requests.put((header, values))

    def _take(self, count: int) -> bytearray:
        data = bytearray(count)
        view = memoryview(data)
        while view:
            read = self._source.readinto(view)
            if not read:
                os._exit(0)
            view = view[read:]
        return data


def _array(tensor: torch.Tensor) -> numpy.ndarray:
    import torch

    kept = tensor if tensor.dtype == torch.uint8 else tensor.float()
    return kept.detach().cpu().contiguous().numpy()
