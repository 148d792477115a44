"""What the processes of a training share: over gloo, in two real processes."""

from __future__ import annotations

import os
import socket
from typing import Any

import pytest
import torch
from lora_bridge.batch import Batch
from lora_bridge.ranks import open_accelerator, own_rows, precision_of, share

SETTINGS = {"threads": 1, "device": "cpu", "precision": "fp32"}


def in_rank(rank: int, port: int, results: Any) -> None:  # noqa: ANN401
    """Two requests: one of rank 0 alone, and one that a second machine has, too, but with fields of its own."""
    os.environ |= {"RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": "2"}
    os.environ |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "ACCELERATE_USE_CPU": "true"}
    accelerator = open_accelerator(SETTINGS)
    tensors = {"latents": torch.arange(8.0).view(4, 2), "timesteps": torch.tensor([1.0, 2, 3, 4])}
    fields, shared = share(accelerator, ({"do": "learn", "rate": 0.5}, tensors) if rank == 0 else None)
    own = {name: tensor.tolist() for name, tensor in own_rows(accelerator, shared).items()}
    second, _ = share(accelerator, ({"do": "learn", "stop": rank == 1}, {}))
    try:
        share(accelerator, ({"do": "learn" if rank == 0 else "close"}, {}))
        problem = None
    except RuntimeError as error:
        problem = str(error)
    results.put((rank, fields, own, second, problem))
    accelerator.end_training()


def test_rank_0_hands_out_requests_and_shares_of_the_batch() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    context = torch.multiprocessing.get_context("spawn")
    results = context.SimpleQueue()
    processes = [context.Process(target=in_rank, args=(rank, port, results)) for rank in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(timeout=300)
    (_, *first), (_, *second) = sorted((results.get() for _ in processes), key=lambda result: result[0])
    request = {"do": "learn", "rate": 0.5}
    assert first == [request, {"latents": [[0, 1], [2, 3]], "timesteps": [1, 2]}, {"do": "learn", "stop": False}, None]
    assert second[:3] == [
        request,
        {"latents": [[4, 5], [6, 7]], "timesteps": [3, 4]},
        {"do": "learn", "stop": True},
    ]
    assert "process group is out of step: close here, learn at rank 0" in second[3]


def test_a_batch_of_a_request() -> None:
    latents = torch.zeros(2, 4, 8, 8)
    tensors = {"latents": latents, "noise": latents, "timesteps": torch.tensor([3.0, 999]), "text.states": latents}
    batch = Batch.of(tensors, torch.device("cpu"))
    assert batch.timesteps.tolist() == [3, 999]
    assert batch.timesteps.dtype == torch.int64
    assert batch.text.keys() == {"states"}
    assert batch.sample_weights is None


@pytest.mark.parametrize(("requested", "expected"), [("auto", "no"), ("fp32", "no"), ("bf16", "bf16")])
def test_precision_on_a_cpu(requested: str, expected: str) -> None:
    assert precision_of("cpu", requested) == expected
