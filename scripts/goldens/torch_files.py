"""Files of `torch.save` in both layouts, with what else a checkpoint holds, for `test/goldens/torch-files/`."""

from __future__ import annotations

import os
from collections import OrderedDict
from pathlib import Path

import numpy
import torch
from safetensors.torch import save_file

TOPIC = "torch-files"


class Hostile:
    """Unpickling it in Python runs a command."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("touch /tmp/lora-bridge-was-here",)


def tensors() -> OrderedDict[str, torch.Tensor]:
    """Every type, and every way to be a view of a storage."""
    torch.manual_seed(0)
    base = torch.randn(6, 10)
    return OrderedDict(
        {
            "plain": torch.randn(3, 5),
            "half": torch.randn(4, 4).half(),
            "brain": torch.randn(7).bfloat16(),
            "double": torch.randn(2, 2).double(),
            "long": torch.arange(5),
            "flags": torch.tensor([True, False, True]),
            "scalar": torch.tensor(1.5),
            "nothing": torch.zeros(0, 4),
            "window": base[1:3, 2:7],
            "turned": base.t(),
            "shared": base,
            "channels.last": torch.randn(2, 3, 4, 4).to(memory_format=torch.channels_last),
            "parameter": torch.nn.Parameter(torch.randn(2)),
        }
    )


def write(folder: Path) -> None:
    """The same tensors in each layout, and as safetensors."""
    state = tensors()
    # A checkpoint of PyTorch Lightning: an optimizer, numbers of numpy, classes of other packages.
    checkpoint = {
        "epoch": 3,
        "global_step": numpy.int64(840),
        "pytorch-lightning_version": "1.4.2",
        "state_dict": state,
        "optimizer_states": [{"state": {0: {"exp_avg": torch.zeros(3)}}, "param_groups": [{"lr": 1e-4}]}],
        "folder": Path("/tmp"),
    }
    torch.save(checkpoint, folder / "lightning.ckpt")
    torch.save(state, folder / "plain.bin", _use_new_zipfile_serialization=False)
    torch.save(state, folder / "protocol-4.pt", pickle_protocol=4)
    torch.save({"state_dict": {"weight": torch.ones(2)}, "callbacks": Hostile()}, folder / "hostile.ckpt")
    save_file(
        {name: value.detach().contiguous().clone() for name, value in state.items()}, folder / "expected.safetensors"
    )
    for file in folder.iterdir():
        file.chmod(0o644)
