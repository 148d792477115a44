"""Training steps of a plain PyTorch loop as in `train_dreambooth_lora.py`: diffusers' UNet, PEFT, fused attention.

The argument is JSON: unet folder, device, latent edge, seconds, and a list of configurations (batchSize, rank, dtype,
checkpointing). Frozen weights have the type, LoRA weights are float32, the forward pass runs under autocast. Prints one
object for each configuration, in their order.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import torch
from diffusers import UNet2DConditionModel
from diffusers.training_utils import cast_training_params
from peft import LoraConfig

TEXT_TOKENS, LEAST_STEPS, WARM_UP = 77, 3, 2


def synchronize(device: str) -> None:
    if device == "cuda":
        torch.cuda.synchronize()


def measure(plan: dict[str, Any], configuration: dict[str, Any]) -> dict[str, float]:
    device, edge = plan["device"], plan["edge"]
    batch, rank = configuration["batchSize"], configuration["rank"]
    dtype = getattr(torch, configuration["dtype"])
    if device == "cuda":
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()
    begin = time.perf_counter()
    unet = UNet2DConditionModel.from_pretrained(plan["folder"], torch_dtype=dtype).to(device)
    unet.requires_grad_(False)
    unet.train()
    if configuration["checkpointing"]:
        unet.enable_gradient_checkpointing()
    unet.add_adapter(LoraConfig(r=rank, lora_alpha=rank, target_modules=["to_q", "to_k", "to_v", "to_out.0"]))
    cast_training_params(unet, dtype=torch.float32)
    parameters = [parameter for parameter in unet.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=1e-4)
    latents, noise = torch.randn(2, batch, unet.config.in_channels, edge, edge, device=device, dtype=dtype)
    text = torch.randn(batch, TEXT_TOKENS, unet.config.cross_attention_dim, device=device, dtype=dtype)
    added = {}
    if unet.config.addition_embed_type == "text_time":
        width = unet.config.projection_class_embeddings_input_dim - 6 * unet.config.addition_time_embed_dim
        added = {
            "text_embeds": torch.randn(batch, width, device=device, dtype=dtype),
            "time_ids": torch.tensor([[8.0 * edge] * 6] * batch, device=device),
        }
    timesteps = torch.full((batch,), 500, device=device)

    def step() -> float:
        synchronize(device)
        start = time.perf_counter()
        with torch.autocast(device, dtype=dtype, enabled=dtype != torch.float32):
            prediction = unet(0.5 * latents + 0.8 * noise, timesteps, text, added_cond_kwargs=added).sample
        torch.nn.functional.mse_loss(prediction.float(), noise.float()).backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        synchronize(device)
        return time.perf_counter() - start

    loaded = time.perf_counter() - begin
    first = step()
    for _ in range(WARM_UP):
        step()
    times, begin = [], time.perf_counter()
    while len(times) < LEAST_STEPS or time.perf_counter() - begin < plan["seconds"]:
        times.append(step())
    median = sorted(times)[len(times) // 2]
    figures = {"step (s)": median, "first step (s)": first, "load (s)": loaded, "steps": len(times)}
    if device == "cuda":
        figures["of it PyTorch's (GB)"] = torch.cuda.max_memory_reserved() / 1e9
    return figures


def main(plan: dict[str, Any]) -> None:
    torch.manual_seed(0)
    for configuration in plan["configurations"]:
        try:
            result: dict[str, Any] = measure(plan, configuration)
        except torch.OutOfMemoryError as error:
            result = {"failed": str(error).split("\n")[0]}
        print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
