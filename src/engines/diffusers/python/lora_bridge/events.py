"""What is told to the parent: one JSON object a line on what was standard output when the process began."""

from __future__ import annotations

import json
import os
import threading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_lock = threading.Lock()
_descriptor = 1


def claim_standard_output() -> None:
    """Keeps standard output for events alone: what libraries print goes to standard error, the log."""
    global _descriptor
    _descriptor = os.dup(1)
    os.dup2(2, 1)


def return_standard_output() -> None:
    """For a program that takes this process's place and tells events itself."""
    os.dup2(_descriptor, 1)


def tell(event: dict[str, Any]) -> None:
    """Writes an event. A parent that is gone is no reason to fail: the end of standard input stops the training."""
    line = json.dumps(event, allow_nan=False).encode() + b"\n"
    with _lock:
        try:
            while line:
                line = line[os.write(_descriptor, line) :]
        except BrokenPipeError:
            return


def tell_progress(stage: str, done: int, total: int) -> None:
    tell({"type": "progress", "stage": stage, "done": done, "total": total})


def tell_loading(done: int) -> None:
    """Of the four stages until training begins: job checked, libraries imported, model loaded, texts encoded."""
    tell_progress("loading", done, 4)


class EngineError(Exception):
    """A failure that the user may have to act upon: code, message and hint of the project's catalogue of errors."""

    def __init__(self, report: dict[str, Any]) -> None:
        super().__init__(report["message"])
        self.report = report

    @classmethod
    def of(cls, code: str, message: str, *, retryable: bool = False, hint: str | None = None) -> EngineError:
        report: dict[str, Any] = {"code": code, "message": message, "retryable": retryable}
        return cls(report if hint is None else report | {"hint": hint})


class StopRequested(Exception):
    """Somebody wants the work to end here."""
