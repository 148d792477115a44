"""Whole trajectories of diffusers' schedulers for `test/goldens/samplers/`.

The schedulers are made as users make them, `XScheduler.from_config(pipe.scheduler.config)`, from the
configuration of Stable Diffusion 1.5, of DPM-Solver++, from ones with `trailing` spacing, and from models that
predict the velocity.
"""

from __future__ import annotations

import inspect
import json
from pathlib import Path

import torch
from diffusers import (
    DDIMScheduler,
    DPMSolverMultistepScheduler,
    EulerAncestralDiscreteScheduler,
    EulerDiscreteScheduler,
    HeunDiscreteScheduler,
    PNDMScheduler,
)
from safetensors.torch import save_file

TOPIC = "samplers"
STEPS = (10, 20, 50)
SIZE = 24


class Heun(HeunDiscreteScheduler):
    """diffusers' scheduler, with `rescale_betas_zero_snr`, which it ignores: Euler's products of alphas are taken.

    Sigmas are in double precision: the second slope multiplies rounding, and from sigma 4096 the scheduler's ten
    steps in float32 are wrong by 2e-3.
    """

    @classmethod
    def from_config(cls, config: dict[str, object], **kwargs: object) -> HeunDiscreteScheduler:
        scheduler = super().from_config(config, **kwargs)
        if config.get("rescale_betas_zero_snr"):
            scheduler.alphas_cumprod = EulerDiscreteScheduler.from_config(config).alphas_cumprod.double()
        return scheduler

    def set_timesteps(self, *arguments: object, **keywords: object) -> None:
        super().set_timesteps(*arguments, **keywords)
        self.sigmas = self.sigmas.double()


SAMPLERS = {
    "dpmpp_2m": DPMSolverMultistepScheduler,
    "euler": EulerDiscreteScheduler,
    "euler_a": EulerAncestralDiscreteScheduler,
    "ddim": DDIMScheduler,
    "heun": Heun,
}

STABLE_DIFFUSION = {
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "num_train_timesteps": 1000,
    "steps_offset": 1,
    "set_alpha_to_one": False,
    "clip_sample": False,
}

CONFIGS = {
    "pndm": STABLE_DIFFUSION | {"skip_prk_steps": True},
    "linspace": STABLE_DIFFUSION | {"timestep_spacing": "linspace"},
    "leading": STABLE_DIFFUSION | {"timestep_spacing": "leading"},
    "trailing": STABLE_DIFFUSION | {"timestep_spacing": "trailing", "set_alpha_to_one": True},
    "velocity": STABLE_DIFFUSION | {"prediction_type": "v_prediction"},
    "zero-snr": STABLE_DIFFUSION
    | {"prediction_type": "v_prediction", "rescale_betas_zero_snr": True, "timestep_spacing": "trailing"},
}


def denoise(latent: torch.Tensor, timestep: torch.Tensor) -> torch.Tensor:
    """Anything smooth that depends on both and keeps a trajectory in bounds."""
    return 0.8 * latent + 0.3 * torch.sin(2 * latent + 0.003 * timestep.float())


def trajectory(scheduler_class: type, config: dict[str, object], steps: int) -> tuple[torch.Tensor, ...]:
    """What the denoiser was shown, at which timesteps, and the end: the loop of `StableDiffusionPipeline`."""
    base = PNDMScheduler.from_config(config)
    scheduler = scheduler_class.from_config(base.config)
    scheduler.set_timesteps(steps)
    generator = torch.Generator().manual_seed(steps)
    noise = torch.randn(1, SIZE, generator=generator)
    latent = (noise.double() if scheduler_class is Heun else noise) * scheduler.init_noise_sigma
    takes_generator = "generator" in inspect.signature(scheduler.step).parameters
    extra = {"generator": generator} if takes_generator else {}
    shown = []
    for timestep in scheduler.timesteps:
        model_input = scheduler.scale_model_input(latent, timestep)
        shown.append(model_input[0].clone())
        latent = scheduler.step(denoise(model_input, timestep), timestep, latent, **extra).prev_sample
    return torch.stack(shown).float(), scheduler.timesteps.float(), latent[0].float()


def write(folder: Path) -> None:
    tensors = {}
    for sampler, scheduler_class in SAMPLERS.items():
        for name, config in CONFIGS.items():
            for steps in STEPS:
                shown, timesteps, final = trajectory(scheduler_class, config, steps)
                key = f"{sampler}.{name}.{steps}"
                tensors[f"{key}.shown"] = shown.contiguous()
                tensors[f"{key}.timesteps"] = timesteps.contiguous()
                tensors[f"{key}.final"] = final.contiguous()
    save_file(tensors, folder / "trajectories.safetensors")
    (folder / "trajectories.safetensors").chmod(0o644)
    (folder / "configs.json").write_text(json.dumps(CONFIGS, indent=2) + "\n")
