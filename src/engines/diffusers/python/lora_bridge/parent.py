"""Hears the parent: the line `stop` on standard input, its end, and signals all mean that the training is to stop."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable

#: How long a training whose parent is gone may take to write its checkpoint.
ORPHAN_SECONDS = 300


class Parent:
    def __init__(self, *, listens: bool) -> None:
        self._stop = threading.Event()
        self._leave: Callable[[], None] | None = None
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_: self._ask())
        if listens:
            threading.Thread(target=self._listen, daemon=True).start()

    @property
    def wants_stop(self) -> bool:
        return self._stop.is_set()

    def leave_on_stop(self, leave: Callable[[], None] | None) -> None:
        """While nothing is learnt yet, a stop ends the process by `leave`, even while an import hangs."""
        self._leave = leave
        if leave is not None and self.wants_stop:
            leave()

    def _ask(self) -> None:
        self._stop.set()
        if self._leave is not None:
            self._leave()

    def _listen(self) -> None:
        while data := os.read(0, 4096):
            if b"stop" in data:
                self._ask()
        orphaned = threading.Timer(ORPHAN_SECONDS, lambda: os._exit(1))
        orphaned.daemon = True
        orphaned.start()
        self._ask()


def die_with_parent() -> None:
    """Asks Linux to kill this process when the one that started it dies."""
    if sys.platform == "linux":
        import ctypes

        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)
