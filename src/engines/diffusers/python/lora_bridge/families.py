"""Which class trains which family of base models."""

from __future__ import annotations

from typing import Any

import torch

from .family import Family
from .flow_family import Flux, StableDiffusion3
from .unet_family import UnetFamily


def load_family(settings: dict[str, Any], device: torch.device, dtype: torch.dtype) -> Family:
    families = {"unet": UnetFamily, "sd3": StableDiffusion3, "flux": Flux}
    return families[settings["family"]].load(settings, device, dtype)
