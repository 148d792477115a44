"""Several processes that train together: writes accelerate's configuration and lets `accelerate launch` run them."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .events import return_standard_output

if TYPE_CHECKING:
    from .engine import Arguments


def configuration(gpus: str | None, nodes: str | None, device: str) -> dict[str, Any]:
    """What `accelerate config` would have asked for. On a CPU, `gpus` only says how many processes there are."""
    ids = gpus or "0"
    local = len(ids.split(","))
    machine, machines, host, port = 0, 1, "127.0.0.1", 0
    if nodes is not None:
        place = re.fullmatch(r"(\d+)/(\d+)@([\w.-]+):(\d+)", nodes)
        assert place is not None
        machine, machines, host, port = int(place[1]), int(place[2]), place[3], int(place[4])
    return {
        "compute_environment": "LOCAL_MACHINE",
        # Also on a CPU: it is the type whose processes accelerate starts by itself, without MPI.
        "distributed_type": "MULTI_GPU",
        "use_cpu": device == "cpu",
        "gpu_ids": "all" if device == "cpu" else ids,
        "num_machines": machines,
        "machine_rank": machine,
        "num_processes": local * machines,
        "main_process_ip": host,
        "main_process_port": port or _free_port(),
        "rdzv_backend": "static",
        "same_network": True,
        "mixed_precision": "no",
        "main_training_function": "main",
        "debug": False,
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def launch(arguments: Arguments) -> int:
    """
    Becomes `accelerate launch`, or on Windows waits for it and returns its exit status. The first of its processes on
    this machine inherits both pipes of the parent: it tells and it hears.
    """
    out = Path(json.loads(Path(arguments.job).read_text())["out"])
    out.mkdir(parents=True, exist_ok=True)
    file = out / "accelerate.json"
    file.write_text(json.dumps(configuration(arguments.gpus, arguments.nodes, arguments.device), indent=2) + "\n")
    python = [sys.executable, "-I", "-X", "utf8"]
    own = [str(Path(__file__).parent.parent / "main.py"), "--launched", "--device", arguments.device]
    own += ["--node", arguments.node, "--companion", arguments.companion, "--patience", str(arguments.patience)]
    accelerate = ["-m", "accelerate.commands.launch", "--config_file", str(file), "--no_python"]
    command = [*python, *accelerate, *python, *own, arguments.job]
    if arguments.device == "cpu":
        os.environ["ACCELERATE_USE_CPU"] = "true"
    return_standard_output()
    if sys.platform == "win32":
        return subprocess.call(command)
    # Ctrl-C is for the parent, which then asks for a stop; accelerate would end its processes in the middle of a step.
    os.setsid()
    os.execv(command[0], command)
