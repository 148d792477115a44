"""Steps on the tiny random model against torch's own AdamW and clipping, written out."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from accelerate import Accelerator
from conftest import ALPHA, RANK
from lora_bridge.adapter import Adapter
from lora_bridge.batch import Batch
from lora_bridge.learner import Learner
from lora_bridge.unet_family import UnetFamily


@pytest.fixture
def adapter(family: UnetFamily) -> Adapter:
    adapter = Adapter(family.trained, RANK, ALPHA, family.target_modules)
    count = sum(RANK * (inputs + outputs) for inputs, outputs in adapter.modules.values())
    generator = torch.Generator().manual_seed(1)
    adapter.load(list(adapter.modules), torch.randn(count, generator=generator) / 10)
    return adapter


def batch_of(family: UnetFamily) -> Batch:
    generator = torch.Generator().manual_seed(2)

    def normal(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=generator)

    width = family.trained.config.cross_attention_dim
    timesteps = torch.tensor([100, 900])
    return Batch(normal(2, 4, 8, 8), normal(2, 4, 8, 8), timesteps, {"states": normal(2, 77, width)})


def test_steps_as_torch_does(family: UnetFamily, adapter: Adapter) -> None:
    batch = batch_of(family)
    start = adapter.values()
    expected = [parameter.detach().clone().requires_grad_() for parameter in adapter.parameters]
    optimizer = torch.optim.AdamW(expected, lr=1, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2)
    learner = Learner(family, adapter, Accelerator(cpu=True))
    norms = []
    # The second step's gradients are clipped.
    for rate, weight in ((1e-2, 1.0), (3e-3, 1000.0)):
        loss = family.loss_by_pixel(family.trained, batch).mean() * weight
        gradients = torch.autograd.grad(loss, adapter.parameters)
        for parameter, gradient in zip(expected, gradients, strict=True):
            parameter.grad = gradient
        norm = torch.nn.utils.clip_grad_norm_(expected, 1.0)
        optimizer.param_groups[0]["lr"] = rate
        optimizer.step()
        norms.append(norm.item())
        weighted = replace(batch, sample_weights=torch.full((2,), weight))
        assert learner.learn(weighted, rate) == pytest.approx((loss.item(), norm.item(), False), rel=1e-5)
    assert norms[0] < 1 < norms[1]
    after = torch.cat([parameter.detach().flatten() for parameter in expected])
    assert torch.allclose(adapter.values(), after, atol=1e-6)
    assert (adapter.values() - start).abs().max() > 1e-3


def test_weights_and_mask_are_factors_of_the_loss(family: UnetFamily, adapter: Adapter) -> None:
    learner = Learner(family, adapter, Accelerator(cpu=True))
    batch = batch_of(family)
    weights, mask = torch.tensor([0.5, 2]), torch.rand(2, 1, 8, 8)
    by_pixel = family.loss_by_pixel(family.trained, batch)
    expected = (by_pixel * weights.view(2, 1, 1, 1) * mask).mean()
    assert learner.loss(replace(batch, sample_weights=weights, loss_mask=mask)).item() == pytest.approx(expected.item())
    assert learner.loss(batch).item() == pytest.approx(by_pixel.mean().item())


def test_a_step_that_is_not_finite_changes_nothing(family: UnetFamily, adapter: Adapter) -> None:
    learner = Learner(family, adapter, Accelerator(cpu=True))
    before, batch = adapter.values(), batch_of(family)
    loss, *_ = learner.learn(replace(batch, latents=batch.latents * float("nan")), 1e-2)
    assert loss != loss
    assert torch.equal(adapter.values(), before)


def test_restores_the_moments_that_it_has_given(family: UnetFamily, adapter: Adapter) -> None:
    batch = batch_of(family)
    learner = Learner(family, adapter, Accelerator(cpu=True))
    for _ in range(2):
        learner.learn(batch, 1e-2)
    values, moments = adapter.values(), learner.moments()
    learner.learn(batch, 1e-2)
    whole = adapter.values()
    with torch.no_grad():
        for parameter, part in zip(adapter.parameters, adapter.split(values), strict=True):
            parameter.copy_(part)
    again = Learner(family, adapter, Accelerator(cpu=True))
    again.restore(2, *moments)
    again.learn(batch, 1e-2)
    assert torch.equal(adapter.values(), whole)


def test_evaluates_with_and_without_the_lora(family: UnetFamily, adapter: Adapter) -> None:
    batch = batch_of(family)
    learner = Learner(family, adapter, Accelerator(cpu=True))
    base, tuned = learner.evaluate(batch)
    with torch.no_grad():
        assert tuned == pytest.approx(family.loss_by_pixel(family.trained, batch).mean().item())
        for parameter in adapter.parameters:
            parameter.zero_()
        assert base == pytest.approx(family.loss_by_pixel(family.trained, batch).mean().item())
    assert base != pytest.approx(tuned)
