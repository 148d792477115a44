"""The processes that train together: rank 0 passes the requests of Node on to the others."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import torch
from accelerate import Accelerator
from accelerate.utils import InitProcessGroupKwargs
from torch import distributed


class UnsupportedPrecision(Exception):
    """The device does not support the requested precision."""


#: A request of Node, and its tensors.
Request = tuple[dict[str, Any], dict[str, torch.Tensor]]


def open_accelerator(settings: dict[str, Any]) -> Accelerator:
    """Joins the other processes, where there are any."""
    if settings["threads"] is not None:
        torch.set_num_threads(settings["threads"])
    device = settings["device"]
    # Others wait while one encodes or generates.
    group = InitProcessGroupKwargs(timeout=timedelta(hours=12))
    mixed_precision = precision_of(device, settings["precision"])
    return Accelerator(cpu=device == "cpu", mixed_precision=mixed_precision, kwargs_handlers=[group])


def precision_of(device: str, requested: str) -> str:
    """accelerate's name for the requested precision: `auto`, `fp32` or `bf16`."""
    if requested == "fp32" or (requested == "auto" and device != "cuda"):
        return "no"
    if device != "cuda" or torch.cuda.is_bf16_supported(including_emulation=False):
        return "bf16"
    if requested == "auto":
        return "no"
    raise UnsupportedPrecision(f"{torch.cuda.get_device_name()} has no bfloat16.")


def share(accelerator: Accelerator, request: Request | None) -> Request:
    """
    The request of rank 0, in every process. The first process of another machine has a request of its own, which must
    be of the same kind; its fields are used, its tensors are not.
    """
    if accelerator.num_processes == 1 and request is not None:
        return request
    header: list[Any] = [None]
    if accelerator.is_main_process and request is not None:
        header = [(request[0], [(name, tensor.shape) for name, tensor in request[1].items()])]
    distributed.broadcast_object_list(header, 0, device=accelerator.device)
    fields, shapes = header[0]
    if request is not None and request[0]["do"] != fields["do"]:
        raise RuntimeError(f"The process group is out of step: {request[0]['do']} here, {fields['do']} at rank 0.")
    own_fields = {} if request is None else request[0]
    tensors = {}
    for name, shape in shapes:
        is_source = accelerator.is_main_process and request is not None
        tensors[name] = (request[1][name] if is_source else torch.empty(shape)).to(accelerator.device)
        distributed.broadcast(tensors[name], 0)
    return fields | own_fields, tensors


def own_rows(accelerator: Accelerator, tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """This process's share of a batch: as many samples as every other has."""
    count, index = accelerator.num_processes, accelerator.process_index
    return {name: tensor.chunk(count)[index] for name, tensor in tensors.items()}
