"""Whatever goes wrong in Python, in the words of the project's catalogue of errors."""

from __future__ import annotations

import errno
import re
from typing import Any

from .events import EngineError

UPDATE = (
    "Mend the environment with `lora-bridge engine update diffusers`; `lora-bridge engine status` tells what is there."
)
SMALLER = "Train with --low-memory, a smaller --resolution or --batch-size, or end other programs that use the device."
RESUME = "Look into the log file, then resume the job: it continues from its last checkpoint."

_memory = re.compile(r"out of memory|can't allocate memory|not enough memory|CUBLAS_STATUS_ALLOC_FAILED", re.I)
_network = re.compile(r"gloo|nccl|connection (was )?(closed|reset)|broken pipe|process group", re.I)
_import = re.compile(
    r"^(Failed to import|Could not import module|.* requires .* but)|undefined symbol|DLL load failed", re.I
)


def report_of(error: BaseException) -> dict[str, Any]:
    """The report that a `failed` event carries."""
    if isinstance(error, EngineError):
        return error.report
    text = str(error).strip() or type(error).__name__
    first_line = text.splitlines()[0]
    if isinstance(error, MemoryError) or _memory.search(text):
        return EngineError.of(
            "resource.memory.exhausted", f"There is not enough memory: {first_line}", hint=SMALLER
        ).report
    if isinstance(error, ImportError) or _import.search(text):
        message = f"The Python environment of the engine does not work: {first_line}"
        return EngineError.of("resource.engine.broken", message, hint=UPDATE).report
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        hint = "Free some space on that disk, or choose another folder, and try again."
        message = f"The disk is full: {error.filename or first_line} could not be written."
        report = EngineError.of("resource.disk.full", message, retryable=True, hint=hint).report
        return report | ({"file": error.filename} if error.filename else {})
    if isinstance(error, FileNotFoundError):
        return EngineError.of("input.file.missing", first_line, hint="Check the path.").report
    if type(error).__name__ in ("DistBackendError", "DistNetworkError") or _network.search(text):
        message = f"The processes that train together have lost each other: {first_line}"
        return EngineError.of("trainer.crashed", message, retryable=True, hint=RESUME).report
    return EngineError.of("internal", f"{type(error).__name__}: {first_line}").report
