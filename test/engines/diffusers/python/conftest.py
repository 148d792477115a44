"""Lets the tests import the engine's package, and loads the tiny random model that the other tests use, too."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import torch

ROOT = Path(__file__).parents[4]
sys.path.insert(0, str(ROOT / "src" / "engines" / "diffusers" / "python"))

from lora_bridge.unet_family import UnetFamily  # noqa: E402

RANK, ALPHA = 2, 1.0


@pytest.fixture
def family() -> UnetFamily:
    base = str(ROOT / "test" / "goldens" / "text-to-image" / "model")
    settings = {"base": base, "predictionType": "epsilon", "zerosForNoPrompt": False}
    torch.manual_seed(0)
    return UnetFamily.load(settings, torch.device("cpu"), torch.float32)
