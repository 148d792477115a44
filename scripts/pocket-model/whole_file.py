"""Files that are whole or absent, whenever a process is killed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def whole_file(path: Path, writer: str = "") -> Iterator[BinaryIO]:
    """A file to write, which becomes `path` once it is whole.

    `writer` tells apart processes that may write the same path at once.
    """
    partial = path.with_name(f"{path.name}{writer}.partial")
    with partial.open("wb") as file:
        yield file
    os.replace(partial, path)
