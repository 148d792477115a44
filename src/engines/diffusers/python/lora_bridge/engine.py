"""Serves the requests of Node. This module imports torch."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import torch

from .adapter import Adapter
from .batch import Batch, Text
from .families import load_family
from .learner import Learner
from .pipe import Pipe
from .ranks import open_accelerator, own_rows, share

Tensors = dict[str, torch.Tensor]


class Aborted(Exception):
    """The generation of images was aborted."""


class Engine:
    """The base model with its LoRA in this process. Settings: see backend.ts."""

    def __init__(self, settings: dict[str, Any], pipe: Pipe | None) -> None:
        self._pipe = pipe
        self._accelerator = open_accelerator(settings)
        dtype = torch.bfloat16 if self._accelerator.mixed_precision == "bf16" else torch.float32
        self._family = load_family(settings, self._accelerator.device, dtype)
        if settings["lowMemory"]:
            self._family.trained.enable_gradient_checkpointing()
        self._adapter = Adapter(self._family.trained, settings["rank"], settings["alpha"], self._family.target_modules)
        self._learner: Learner | None = None
        #: Prompts of images, encoded while there are text encoders.
        self._prompts: dict[str, Text] = {}
        if pipe is None:
            self._family.drop_text_encoders()
        else:
            self._prompts = {prompt: self._family.encode_text(prompt) for prompt in settings["prompts"]}
            pipe.write({"device": self._accelerator.device.type, "modules": self._adapter.modules})

    def serve(self) -> None:
        """Answers requests until `close`."""
        #: Requests that all processes serve together, and those that only the receiving process serves.
        together: dict[str, Callable[[dict[str, Any], Tensors], Tensors]] = {
            "load_state": self._load_state,
            "learn": self._learn,
            "close": self._close,
        }
        alone: dict[str, Callable[[dict[str, Any], Tensors], Tensors]] = {
            "encode_text": self._encode_text,
            "encode_picture": self._encode_picture,
            "read_state": self._read_state,
            "evaluate": self._evaluate,
            "generate": self._generate,
        }
        kind = ""
        while kind != "close":
            request = None if self._pipe is None else self._pipe.read()
            if request is None or request[0]["do"] in together:
                request = share(self._accelerator, request)
            kind = request[0]["do"]
            answer = (together | alone)[kind](*request)
            if self._pipe is not None:
                self._pipe.write({}, **answer)

    def _encode_text(self, request: dict[str, Any], _: Tensors) -> Tensors:
        return self._family.encode_text(request["text"])

    def _encode_picture(self, _: dict[str, Any], tensors: Tensors) -> Tensors:
        mean, log_variance = self._family.encode_picture(tensors["pixels"])
        return {"mean": mean, "log_variance": log_variance}

    def _load_state(self, request: dict[str, Any], tensors: Tensors) -> Tensors:
        self._adapter.load(request["paths"], tensors["values"])
        self._learner = Learner(self._family, self._adapter, self._accelerator)
        self._learner.restore(request["updates"], tensors["first_moment"], tensors["second_moment"])
        return {}

    def _read_state(self, _: dict[str, Any], __: Tensors) -> Tensors:
        first, second = self._opened.moments()
        return {"values": self._adapter.values(), "first_moment": first, "second_moment": second}

    def _learn(self, request: dict[str, Any], tensors: Tensors) -> Tensors:
        self._family.drop_text_encoders()
        batch = Batch.of(own_rows(self._accelerator, tensors), self._accelerator.device)
        return {"result": torch.tensor(self._opened.learn(batch, request["learningRate"], stop=request["stop"]))}

    def _evaluate(self, _: dict[str, Any], tensors: Tensors) -> Tensors:
        return {"result": torch.tensor(self._opened.evaluate(Batch.of(tensors, self._accelerator.device)))}

    def _generate(self, request: dict[str, Any], _: Tensors) -> Tensors:
        arguments = {
            "generator": torch.Generator().manual_seed(request["seed"]),
            "num_inference_steps": request["steps"],
            "height": request["edge"],
            "width": request["edge"],
            "callback_on_step_end": self._on_sampling_step,
        }
        prompt, negative = self._prompts[request["prompt"]], self._prompts[""]
        try:
            with self._accelerator.autocast(), nullcontext() if request["withLora"] else self._adapter.disabled():
                return {"picture": self._family.generate(prompt, negative, arguments)}
        except Aborted:
            return {}

    def _on_sampling_step(self, _: object, __: int, ___: object, arguments: dict[str, Any]) -> dict[str, Any]:
        if self._pipe is not None:
            if self._pipe.aborted.is_set():
                raise Aborted
            self._pipe.write({"progress": True})
        return arguments

    def _close(self, _: dict[str, Any], __: Tensors) -> Tensors:
        if self._accelerator.num_processes > 1:
            self._accelerator.end_training()
        return {}

    @property
    def _opened(self) -> Learner:
        if self._learner is None:
            raise RuntimeError("There is no state to train yet.")
        return self._learner
