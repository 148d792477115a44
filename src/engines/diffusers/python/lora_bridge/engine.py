"""From the arguments to the end of the process: checks, imports, trains, and tells how it ended."""

from __future__ import annotations

import argparse
import os
import threading
import traceback
from dataclasses import dataclass
from typing import Any

from .companion import Companion
from .events import EngineError, tell, tell_loading
from .faults import UPDATE, report_of
from .parent import Parent, die_with_parent


@dataclass(frozen=True)
class Arguments:
    job: str
    device: str
    node: str
    companion: str
    gpus: str | None
    nodes: str | None
    #: Seconds that importing the libraries may take.
    patience: float
    #: Whether this is one process of several, started by accelerate.
    launched: bool


def read_arguments() -> Arguments:
    parser = argparse.ArgumentParser()
    parser.add_argument("job")
    parser.add_argument("--device", required=True)
    parser.add_argument("--node", required=True)
    parser.add_argument("--companion", required=True)
    parser.add_argument("--gpus")
    parser.add_argument("--nodes")
    parser.add_argument("--patience", type=float, default=300)
    parser.add_argument("--launched", action="store_true")
    return Arguments(**vars(parser.parse_args()))


def main() -> int:
    arguments = read_arguments()
    if arguments.launched:
        die_with_parent()
        rank, processes = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])
        leads = listens = os.environ["LOCAL_RANK"] == "0"
    else:
        rank, processes, leads, listens = 0, 1, True, arguments.gpus is None and arguments.nodes is None
    parent = Parent(listens=listens)
    try:
        if not arguments.launched and not listens:
            from .launch import launch

            return launch(arguments)
        _work(arguments, parent, rank, processes, leads)
        return 0
    except Exception as error:
        traceback.print_exc()
        if leads:
            tell({"type": "failed", "error": report_of(error)})
        return 1


def _work(arguments: Arguments, parent: Parent, rank: int, processes: int, leads: bool) -> None:
    companion = Companion(arguments.node, arguments.companion, arguments.job, rank, processes, leads=leads)
    plan: dict[str, Any] = {"start": 0}

    def leave() -> None:
        if leads:
            tell({"type": "stopped", "step": plan["start"]})
        os._exit(0)

    parent.leave_on_stop(leave)
    plan, _ = companion.ask({"do": "open"})
    if leads:
        tell_loading(1)
    with _deadline(arguments.patience, leads):
        from .trainer import Host, train
    host = Host(companion, parent, plan, arguments.device, rank, processes, leads)
    train(host)
    companion.close()


class _deadline:
    """Ends the process, with words, when imports take too long: a broken disk can hold one up for ever."""

    def __init__(self, seconds: float, leads: bool) -> None:
        self._timer = threading.Timer(seconds, self._give_up, (seconds, leads))
        self._timer.daemon = True

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    @staticmethod
    def _give_up(seconds: float, leads: bool) -> None:
        if leads:
            message = f"The libraries of the engine were not loaded within {seconds:g} s."
            error = EngineError.of("resource.engine.broken", message, hint=UPDATE)
            tell({"type": "failed", "error": error.report})
        os._exit(1)
