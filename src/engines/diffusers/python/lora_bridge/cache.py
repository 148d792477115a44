"""Results worth keeping, in one file of records of equal size: memory must not grow with the number of pictures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import torch


class RecordCache:
    """One tensor of a fixed shape for each key. The file goes away with `close`."""

    def __init__(self, path: str) -> None:
        self._path = Path(path)
        self._file = open(path, "w+b", buffering=0)  # noqa: SIM115
        self._places: dict[str, int] = {}
        self._shape: torch.Size | None = None

    def get(self, key: str, replaces: str | None, compute: Callable[[], torch.Tensor]) -> torch.Tensor:
        """The tensor of `key`; else what `compute` gives, which is kept in the place of `replaces`."""
        place = self._places.get(key)
        if place is not None and self._shape is not None:
            record = torch.empty(self._shape)
            self._file.seek(place * record.nbytes)
            self._file.readinto(memoryview(record.numpy()).cast("B"))
            return record
        record = compute().float().cpu().contiguous()
        self._shape = record.shape
        freed = None if replaces is None else self._places.pop(replaces, None)
        place = len(self._places) if freed is None else freed
        self._file.seek(place * record.nbytes)
        self._write(memoryview(record.numpy()).cast("B"))
        self._places[key] = place
        return record

    def _write(self, data: memoryview) -> None:
        """A disk that is nearly full takes a part of it, and says nothing of which file it was."""
        try:
            while data:
                data = data[self._file.write(data) :]
        except OSError as error:
            error.filename = str(self._path)
            raise

    def close(self) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)
