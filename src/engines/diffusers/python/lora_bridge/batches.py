"""Makes batches: the companion's samples become latents, noise, timesteps and text embeddings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch.nn.functional import adaptive_avg_pool2d

from .batch import Batch, Text, joined
from .cache import RecordCache
from .companion import Companion, tensor_of

if TYPE_CHECKING:
    from .family import Family


class BatchSource:
    def __init__(self, companion: Companion, family: Family, texts: dict[str, Text], edge: int, cache: str) -> None:
        self._companion = companion
        self._family = family
        self._texts = texts
        self._edge = edge
        self._cache = RecordCache(cache)

    def at(self, step: int) -> Batch:
        """The batch of this process at a step, counted from 0."""
        answer, _ = self._companion.ask({"do": "samples", "step": step})
        return self.assemble(answer["samples"])

    def assemble(self, samples: list[dict[str, Any]]) -> Batch:
        device = self._family.device
        latents, masks = zip(*(self._latent(sample) for sample in samples), strict=True)
        noise = [normal(sample["noiseSeed"], latent.shape) for sample, latent in zip(samples, latents, strict=True)]
        text = joined([self._texts[sample["caption"]] for sample in samples])
        return Batch(
            latents=torch.stack(latents).to(device),
            noise=torch.stack(noise).to(device),
            timesteps=torch.tensor([sample["timestep"] for sample in samples], device=device),
            text={name: tensor.to(device) for name, tensor in text.items()},
            masks=torch.stack(masks).to(device),
        )

    def _latent(self, sample: dict[str, Any]) -> tuple[torch.Tensor, torch.Tensor]:
        picture, variant, replaced = sample["picture"], sample["variant"], sample.get("replaces")
        key = f"{picture}#{variant}"
        record = self._cache.get(
            key, None if replaced is None else f"{picture}#{replaced}", lambda: self._encode(picture, variant)
        )
        channels = record.shape[0] // 2
        mean, deviation, mask = record[:channels], record[channels : 2 * channels], record[2 * channels :]
        drawn = mean + deviation * normal(sample["latentSeed"], mean.shape)
        return self._family.scale_latents(drawn), mask

    def _encode(self, picture: int, variant: int) -> torch.Tensor:
        """Mean and deviation of the latent and the mask, one above the other: [2 · channels + 1, height, width]."""
        _, numbers = self._companion.ask({"do": "variant", "picture": picture, "variant": variant})
        planes = tensor_of(numbers).view(4, self._edge, self._edge)
        mean, deviation = self._family.encode_picture(planes[:3])
        mask = adaptive_avg_pool2d(planes[3:], mean.shape[-2:])
        return torch.cat([mean, deviation, mask])

    def close(self) -> None:
        self._cache.close()


def normal(seed: int, shape: torch.Size) -> torch.Tensor:
    """Standard normal numbers of torch's generator on a CPU, whatever the device that trains."""
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))
