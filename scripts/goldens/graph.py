"""Composite functions with their gradients from torch's autograd, for `test/goldens/graph/`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor
from torch.nn import functional

TOPIC = "graph"


def attention(q: Tensor, k: Tensor, v: Tensor, heads: int, causal: bool = False) -> Tensor:
    """Scaled dot-product attention of [N, S, heads · d]."""
    q, k, v = (x.unflatten(-1, (heads, -1)).transpose(1, 2) for x in (q, k, v))
    return functional.scaled_dot_product_attention(q, k, v, is_causal=causal).transpose(1, 2).flatten(2)


# By name: shapes of the inputs, which all get gradients; shapes of frozen weights; the function of both.
Function = Callable[..., Tensor]
CASES: dict[str, tuple[list[list[int]], list[list[int]], Function]] = {
    "arithmetic": ([[2, 3, 4], [3, 1]], [], lambda a, b: (a * b - b) / (a * a + 2) + a),
    "silu": ([[3, 5]], [], functional.silu),
    "quick_gelu": ([[3, 5]], [], lambda x: x * torch.sigmoid(1.702 * x)),
    "gelu": ([[3, 5]], [], functional.gelu),
    "erf_exp": ([[3, 5]], [], lambda x: torch.erf(x) * torch.exp(-x)),
    "linear": ([[2, 3, 4], [5, 4], [5]], [], functional.linear),
    "matmul": ([[2, 3, 4], [2, 5, 4]], [], lambda a, b: 0.5 * a @ b.transpose(-1, -2)),
    "conv2d": ([[2, 3, 6, 5]], [[4, 3, 3, 3], [4]], lambda x, w, b: functional.conv2d(x, w, b, padding=1)),
    "conv2d_strided": (
        [[2, 3, 6, 5]],
        [[4, 3, 3, 3], [4]],
        lambda x, w, b: functional.conv2d(x, w, b, stride=2, padding=1),
    ),
    "conv_transpose2d": (
        [[2, 3, 3, 4]],
        [[3, 2, 3, 3]],
        lambda x, w: functional.conv_transpose2d(x, w, stride=2, padding=1, output_padding=1),
    ),
    "average_pool": ([[2, 3, 4, 6]], [], lambda x: functional.avg_pool2d(x, 2)),
    "upsample_nearest": ([[2, 3, 2, 3]], [], lambda x: functional.interpolate(x, scale_factor=2, mode="nearest")),
    "group_norm": ([[2, 4, 3, 3]], [[4], [4]], lambda x, w, b: functional.group_norm(x, 2, w, b, 1e-5)),
    "layer_norm": ([[2, 3, 6]], [[6], [6]], lambda x, w, b: functional.layer_norm(x, [6], w, b, 1e-5)),
    "softmax": ([[2, 3, 4]], [], lambda x: x.softmax(-1)),
    "self_attention": ([[2, 5, 6]] * 3, [], lambda q, k, v: attention(q, k, v, 2)),
    "cross_attention": ([[2, 5, 6], [2, 3, 6], [2, 3, 6]], [], lambda q, k, v: attention(q, k, v, 3)),
    "causal_attention": ([[1, 4, 6]] * 3, [], lambda q, k, v: attention(q, k, v, 2, causal=True)),
    "concat_split": ([[2, 3], [2, 4]], [], lambda a, b: torch.cat(torch.cat([a, b], 1).split([2, 5], 1)[::-1], 1)),
    "slice_pad": ([[4, 5]], [], lambda x: functional.pad(x[1:3], (0, 2, 1, 0)) * 2),
    "transpose_reshape": ([[2, 3, 4]], [], lambda x: x.permute(2, 0, 1).reshape(4, 6)),
    "expand": ([[2, 1]], [], lambda x: x.expand(3, 2, 4)),
    "reductions": ([[2, 3, 4]], [], lambda x: x.mean(1) + x.sum((1, 2), keepdim=True)[:, 0]),
    "half_precision": ([[3, 5]], [], lambda x: x.half().float()),
}


def write(folder: Path) -> None:
    torch.manual_seed(0)
    tensors: dict[str, Tensor] = {}
    for name, (shapes, frozen_shapes, function) in CASES.items():
        inputs = [torch.randn(shape, requires_grad=True) for shape in shapes]
        frozen = [torch.randn(shape) for shape in frozen_shapes]
        result = function(*inputs, *frozen)
        upstream = torch.randn_like(result)
        result.backward(upstream)
        tensors |= {f"{name}.result": result, f"{name}.upstream": upstream}
        for index, tensor in enumerate(inputs):
            tensors |= {f"{name}.input.{index}": tensor, f"{name}.gradient.{index}": tensor.grad}
        tensors |= {f"{name}.frozen.{index}": tensor for index, tensor in enumerate(frozen)}
    save_file({key: value.detach().contiguous() for key, value in tensors.items()}, folder / "graph.safetensors")
