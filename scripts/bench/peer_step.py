"""Child process of a benchmark: training steps of diffusers and PEFT in PyTorch eager, with its fused attention.

Arguments: unet folder, latent edge, threads, steps, and `low-memory` for gradient checkpointing.
"""

from __future__ import annotations

import json
import resource
import sys
import time

import torch
from diffusers import UNet2DConditionModel
from peft import LoraConfig

RANK, TEXT_TOKENS, WARM_UP = 4, 77, 2


def main(folder: str, edge: int, threads: int, steps: int, low_memory: bool) -> None:
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    unet = UNet2DConditionModel.from_pretrained(folder, torch_dtype=torch.float32)
    unet.requires_grad_(False)
    if low_memory:
        unet.enable_gradient_checkpointing()
        unet.train()
    unet.add_adapter(LoraConfig(r=RANK, lora_alpha=RANK, target_modules=["to_q", "to_k", "to_v", "to_out.0"]))
    parameters = [parameter for parameter in unet.parameters() if parameter.requires_grad]
    for parameter in parameters:
        parameter.data.normal_(0, 0.01)
    latents, noise = torch.randn(2, 1, unet.config.in_channels, edge, edge)
    text = torch.randn(1, TEXT_TOKENS, unet.config.cross_attention_dim)
    seconds = []
    for _ in range(WARM_UP + steps):
        begin = time.perf_counter()
        prediction = unet(0.5 * latents + 0.8 * noise, torch.tensor([500]), text).sample
        torch.nn.functional.mse_loss(prediction, noise).backward()
        seconds.append(time.perf_counter() - begin)
        for parameter in parameters:
            parameter.grad = None
    # Of this process, in kilobytes on Linux; mapped pages count.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(json.dumps({"seconds": seconds[WARM_UP:], "peakGigabytes": peak}))


if __name__ == "__main__":
    main(sys.argv[1], *(int(argument) for argument in sys.argv[2:5]), low_memory="low-memory" in sys.argv)
