"""The training loop, with the hyper-parameters of diffusers' `train_dreambooth_lora.py`. This import brings torch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import torch
from accelerate import Accelerator
from accelerate.utils import InitProcessGroupKwargs

from .adapter import Adapter
from .batches import BatchSource
from .companion import Companion, bytes_of, tensor_of
from .events import EngineError, StopRequested, tell, tell_loading, tell_progress
from .families import load_family
from .family import Family
from .learner import Learner, LossOptions
from .parent import Parent


@dataclass(frozen=True)
class Host:
    companion: Companion
    parent: Parent
    #: What the companion says of the job; see companion.ts.
    plan: dict[str, Any]
    device: str
    rank: int
    processes: int
    #: Whether this process tells events and writes files: one on each machine does.
    leads: bool


def train(host: Host) -> None:
    """Trains and tells `started`, `step` …, `finished` or `stopped`. Raises EngineError, and whatever torch raises."""
    options = host.plan["options"]
    if options.get("threads") is not None:
        torch.set_num_threads(options["threads"])
    # Others wait while one paints previews.
    group = InitProcessGroupKwargs(timeout=timedelta(hours=12))
    accelerator = Accelerator(
        cpu=host.device == "cpu",
        mixed_precision=precision_of(host.device, options["precision"]),
        kwargs_handlers=[group],
    )
    training = Training.open(host, accelerator)
    try:
        training.run()
    finally:
        training.batches.close()
    if host.processes > 1:
        accelerator.end_training()


def precision_of(device: str, requested: str) -> str:
    """What accelerate calls the precision that the job asks for, `auto`, `fp32` or `bf16`."""
    if requested == "fp32" or (requested == "auto" and device != "cuda"):
        return "no"
    if device != "cuda" or torch.cuda.is_bf16_supported(including_emulation=False):
        return "bf16"
    if requested == "auto":
        return "no"
    name = torch.cuda.get_device_name()
    raise EngineError.of(
        "input.option.unsupported", f"{name} has no bfloat16.", hint="Use --precision fp32, or --engine native."
    )


class Training:
    """A job under way in this process."""

    def __init__(self, host: Host, accelerator: Accelerator, family: Family, texts: dict[str, Any]) -> None:
        self._host = host
        self._accelerator = accelerator
        self._family = family
        self._texts = texts
        plan = host.plan
        self._options = plan["options"]
        if self._options["lowMemory"]:
            family.trained.enable_gradient_checkpointing()
        self._adapter = Adapter(family.trained, self._options["rank"], self._options["alpha"], family.target_modules)
        answer, numbers = host.companion.ask({"do": "weights", "modules": self._adapter.modules})
        values, *moments = tensor_of(numbers).split(answer["parameters"])
        self._adapter.load(answer["paths"], values)
        self._parameters = answer["parameters"]
        loss = LossOptions(self._options.get("minSnrGamma"), self._options["maskWeight"])
        self._learner = Learner(family, self._adapter, self._options["learningRate"], loss, accelerator)
        if moments:
            self._learner.restore(plan["updates"], *moments)
        self.batches = BatchSource(host.companion, family, texts, self._options["resolution"], plan["cache"])
        self._painted = False

    @classmethod
    def open(cls, host: Host, accelerator: Accelerator) -> Training:
        """Loads the base model and encodes all texts, the stages of loading that take time."""

        def loading(done: int) -> None:
            if host.leads:
                tell_loading(done)

        loading(2)
        dtype = torch.bfloat16 if accelerator.mixed_precision == "bf16" else torch.float32
        family = load_family(host.plan, accelerator.device, dtype)
        loading(3)
        prompts = dict.fromkeys([*host.plan["captions"], host.plan["preview"]["prompt"], ""])
        texts = family.encode_texts(list(prompts))
        loading(4)
        return cls(host, accelerator, family, texts)

    def run(self) -> None:
        options, start = self._options, self._host.plan["start"]
        steps = options["steps"]
        if self._host.leads:
            tell(
                {
                    "type": "started",
                    "device": self._accelerator.device.type,
                    "parameters": self._parameters,
                    "resolution": options["resolution"],
                    "step": start,
                    "steps": steps,
                }
            )
        self._host.parent.leave_on_stop(None)
        stop = self._agree(0.0)[1]
        for step in range(start + 1, steps + 1):
            if stop:
                return self._end_early(step - 1)
            loss, gradient_norm, stop = self._step(step)
            if not self._host.leads:
                continue
            self._tell_step(step, loss, gradient_norm)
            if step % options["checkpointEvery"] == 0 or step == steps:
                tell({"type": "checkpoint", "step": step, "folder": self._checkpoint(step)})
            if options["previewEvery"] > 0 and (step % options["previewEvery"] == 0 or step == steps):
                self._preview(step)
        self._finish()

    def _step(self, step: int) -> tuple[float, float, bool]:
        """One optimisation step; returns the loss over all processes, the norm before clipping, and whether to stop."""
        stop = False

        def agree(loss: float) -> float:
            nonlocal stop
            loss, stop = self._agree(loss)
            return loss

        loss, norm = self._learner.learn(self.batches.at(step - 1), agree)
        return loss, norm, stop

    def _agree(self, loss: float) -> tuple[float, bool]:
        """The mean loss of all processes, and whether any of them was told to stop."""
        if self._host.processes == 1:
            return loss, self._host.parent.wants_stop
        # A process that accelerate ends because another one died is no wish of the user's.
        wish = float(self._host.leads and self._host.parent.wants_stop)
        summed = self._accelerator.reduce(torch.tensor([loss, wish], device=self._accelerator.device), "sum")
        return float(summed[0]) / self._host.processes, bool(summed[1] > 0)

    def _tell_step(self, step: int, loss: float, gradient_norm: float) -> None:
        request = {"do": "step", "step": step, "loss": repr(loss), "gradientNorm": repr(gradient_norm)}
        tell(self._host.companion.ask(request)[0])

    def _checkpoint(self, step: int) -> str:
        first, second = self._learner.moments()
        payload = bytes_of(*self._adapter.parameters, *first, *second)
        request = {"do": "checkpoint", "step": step, "bytes": len(payload)}
        return self._host.companion.ask(request, payload)[0]["folder"]

    def _end_early(self, step: int) -> None:
        if self._host.leads:
            kept = {"checkpoint": self._checkpoint(step)} if step > 0 else {}
            tell({"type": "stopped", "step": step, **kept})

    def _finish(self) -> None:
        if not self._host.leads:
            return
        payload = bytes_of(*self._adapter.parameters)
        answer, _ = self._host.companion.ask({"do": "finish", "bytes": len(payload)}, payload)
        tell({"type": "finished", "loss": self._measure(), **answer})

    @torch.no_grad()
    def _measure(self) -> dict[str, float]:
        """Mean loss over the fixed samples, of the base model alone and with the LoRA."""
        samples = self._host.plan["evaluation"]
        sums = {"first": 0.0, "last": 0.0}
        wrapped, self._family.trained = self._family.trained, self._learner.network
        for index, sample in enumerate(samples):
            batch = self.batches.assemble([sample])
            with self._accelerator.autocast():
                with self._adapter.disabled():
                    sums["first"] += float(self._family.loss_by_pixel(batch).mean())
                sums["last"] += float(self._family.loss_by_pixel(batch).mean())
            tell_progress("evaluation", index + 1, len(samples))
        self._family.trained = wrapped
        return {name: total / len(samples) for name, total in sums.items()}

    def _preview(self, step: int) -> None:
        """A sheet of the LoRA; before the first also one of the base model, as step 0. Given up when stopped."""
        try:
            if not self._painted:
                with self._adapter.disabled():
                    self._paint(0)
            self._painted = True
            self._paint(step)
        except StopRequested:
            return

    def _paint(self, step: int) -> None:
        preview, edge = self._host.plan["preview"], self._options["resolution"]
        count, steps = self._options["previewCount"], preview["steps"]
        done = 0

        def on_step_end(_pipeline: object, _index: int, _time: object, arguments: dict[str, Any]) -> dict[str, Any]:
            nonlocal done
            if self._host.parent.wants_stop:
                raise StopRequested
            done += 1
            tell_progress("preview", done, count * steps)
            return arguments

        with self._accelerator.autocast():
            pictures = [
                self._family.paint(
                    self._texts[preview["prompt"]],
                    self._texts[""],
                    {
                        "generator": torch.Generator().manual_seed(preview["seed"] + index),
                        "num_inference_steps": steps,
                        "height": edge,
                        "width": edge,
                        "callback_on_step_end": on_step_end,
                    },
                )
                for index in range(count)
            ]
        payload = b"".join(picture.numpy().tobytes() for picture in pictures)
        request = {"do": "preview", "step": step, "edge": edge, "bytes": len(payload)}
        tell(self._host.companion.ask(request, payload)[0])
