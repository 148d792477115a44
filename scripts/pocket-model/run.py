"""A whole run: three stages share the time, while all cores draw."""

from __future__ import annotations

import argparse
import shutil
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch
from diffusers import AutoencoderKL

from bank import CHUNK, Bank
from captures import psnr_of_copies
from clock import Clock
from compile_ahead import start_compiling, worth_compiling
from denoiser import Denoiser
from examples import Examples
from export import export
from model import new_vae
from pictures import Pictures
from stage import Plan, Stage, say
from step import SpeedUpFailed
from text_pretraining import TextPretraining
from vae import encode, memory_format, standardise, vae_loss
from weights import load_checkpoint

# Where the VAE's and the text encoder's share of the time end.
VAE_END, TEXT_END = 0.22, 0.28
# Share of the last stage that may go into encoding drawings.
ENCODING = 0.08


@dataclass(frozen=True)
class Limits:
    """What a device can take: batches, drawings on the device, drawings in all."""

    vae_batch: int
    text_batch: int
    batch: int
    vae_chunks: int
    chunks: int


LIMITS = {"cuda": Limits(64, 512, 256, 96, 320), "cpu": Limits(5, 32, 8, 8, 48)}


class Run:
    def __init__(self, options: argparse.Namespace, started: float) -> None:
        self.options, self.device = options, torch.device(options.device)
        self.work: Path = options.out / "work"
        self.limits = LIMITS[self.device.type]
        self.chunks = max(1, options.pictures // CHUNK) if options.pictures else self.limits.chunks
        self.batch = options.batch or self.limits.batch
        seconds = options.minutes * 60
        self.clock = Clock(seconds, self._spent() + time.monotonic() - started)
        self.bank = Bank(options.bank or self.work / "bank", options.merges)
        self.latents = self.work / "latents"
        self.latents.mkdir(parents=True, exist_ok=True)
        say(f"{self.device}, {seconds - self.clock.spent():.0f} of {seconds:.0f} s left")
        self.artists = self.bank.start(self.chunks, options.workers)
        self.processes = [*self.artists]
        if options.compile and not (self.work / "compiled.json").exists():
            start = start_compiling
            arguments = (self.bank.folder, options.merges, self.batch, options.device)
            self.processes.append(start(self.work, *arguments))

    def _spent(self) -> float:
        states = [load_checkpoint(file, torch.device("cpu")) for file in self.work.glob("*.pt")]
        return max((state["spent"] for state in states), default=0.0)

    def go(self) -> None:
        vae = self.finished_vae()
        examples = Examples(self.bank, self.chunks, self.device)
        examples.take_captions(self.chunks)
        denoiser = Denoiser(self.device)
        denoiser.text.load_state_dict(self.pretrained_text(examples))
        self.train_denoiser(denoiser, examples, vae)

    def plan(self, name: str, end: float, batch: int, **values: float) -> Plan:
        settings = {"floor": 0.02, "warmup": 0.01, "clip": 1.0, "decay": 0.999, **values}
        settings["rate"] *= self.options.rate
        return Plan(name, end * self.clock.budget, batch, every=self.options.every, **settings)

    def finished_vae(self) -> AutoencoderKL:
        """Trained, standardised and frozen."""
        folder = self.work / "vae"
        if not folder.exists():
            pictures = Pictures(self.bank, self.limits.vae_chunks, self.device)
            while not pictures.taken:
                if all(process.exitcode for process in self.artists):
                    raise SystemExit("the processes that draw have failed: their errors are above")
                time.sleep(0.1)
                pictures.refill()
            vae = new_vae().to(self.device, memory_format=memory_format(self.device))
            batch = self.limits.vae_batch
            # The last fifth is exact: bfloat16 costs fine detail.
            settings = {"rate": 2e-3, "warmup": 0.05, "decay": 0.995, "exact": 0.2}
            plan = self.plan("vae", VAE_END, batch, **settings)
            stage = Stage(plan, vae, partial(vae_loss, vae, pictures, batch), self.clock, self.work)
            stage.run(pictures.refill, lambda: None)
            stage.average.copy_to(vae)
            standardise(vae, encode(vae, pictures.drawn[:2048][: len(pictures.taken) * CHUNK], 64))
            unfinished = self.work / "vae-unfinished"
            shutil.rmtree(unfinished, ignore_errors=True)
            vae.to(memory_format=torch.contiguous_format).save_pretrained(unfinished)
            unfinished.rename(folder)
        vae = AutoencoderKL.from_pretrained(folder).eval().requires_grad_(False)
        self._measure(vae.to(self.device, memory_format=memory_format(self.device)))
        return vae

    def _measure(self, vae: AutoencoderKL) -> None:
        if self.options.captures:
            found = psnr_of_copies(vae, self.options.captures, self.device)
            say(f"vae: {found:.2f} dB on captures it has never seen")

    def pretrained_text(self, examples: Examples) -> dict[str, torch.Tensor]:
        pretraining = TextPretraining(self.bank.labels).to(self.device)
        batch = self.limits.text_batch
        settings = {"rate": 2e-3, "floor": 0.05, "warmup": 0.03, "clip": 5.0, "exact": 0.0}
        plan = self.plan("text", TEXT_END, batch, **settings)
        loss = partial(pretraining.loss, examples, batch)
        stage = Stage(plan, pretraining, loss, self.clock, self.work)
        if not (self.work / "unet.pt").exists():
            stage.run(lambda: examples.take_captions(2), lambda: None)
        return pretraining.text.state_dict()

    def train_denoiser(self, denoiser: Denoiser, examples: Examples, vae: AutoencoderKL) -> None:
        plan = self.plan("unet", 1.0, self.batch, rate=1e-3, exact=0.0)
        began, length = time.monotonic(), self.clock.budget - self.clock.spent()
        encoding, undecided = 0.0, self.options.compile

        def refill(most: float = 1.0) -> None:
            nonlocal encoding
            examples.take_captions(2)
            allowed = ENCODING * (time.monotonic() - began) + most - encoding
            if examples.behind and (allowed > 0 or not examples.encoded):
                started = time.monotonic()
                examples.encode_pictures(vae, self.latents, min(allowed, most))
                encoding += time.monotonic() - started

        def consider_compiling() -> None:
            nonlocal undecided
            if undecided and (self.work / "compiled.json").exists():
                undecided = False
                left = self.clock.budget - self.clock.spent()
                good, why = worth_compiling(self.work / "compiled.json", left)
                say(f"unet: {'compiled' if good else 'not compiled'}, {why}")
                if good:
                    stage.save()
                    denoiser.unet.compile()
                    try:
                        stage.renew(half=True)
                    except Exception as error:
                        raise SpeedUpFailed("--no-compile", error) from error

        def between() -> None:
            refill()
            consider_compiling()

        refill(ENCODING * length)
        say(f"unet: {examples.encoded:,} drawings encoded in {encoding:.0f} s")
        loss = partial(denoiser.loss, examples, self.batch)
        stage = Stage(plan, denoiser, loss, self.clock, self.work)
        stage.run(between, lambda: self.export(stage, vae))

    def export(self, stage: Stage, vae: AutoencoderKL) -> None:
        shadow = Denoiser(torch.device("cpu"))
        stage.average.copy_to(shadow)
        folder = self.options.out / "model"
        export(shadow.unet, shadow.text, vae, self.options.merges, folder)
        if self.options.flat:
            self.options.flat.mkdir(parents=True, exist_ok=True)
            for file in folder.glob("*/*.safetensors"):
                shutil.copyfile(file, self.options.flat / f"{file.parent.name}.safetensors")
        say(f"exported step {stage.steps} to {folder}")

    def stop(self) -> None:
        for process in self.processes:
            process.terminate()
            process.join()
