"""Let a VAE begin as a plain linear code: 4 × 4 mean colours in, flat 4 × 4 squares out.

From random weights the four channels all turn to fine grey detail, and stay there: colour is never
learned. Here three of them carry red, green and blue from the first step, and training only adds.
The path runs through the residual connections. Two tricks take it through the last normalisation
and activation of each half: constant channels of ±K in its group hold the variance steady, and
silu(x) − silu(−x) = x.
"""

from __future__ import annotations

import torch
from diffusers import AutoencoderKL
from diffusers.models.attention_processor import Attention
from diffusers.models.resnet import ResnetBlock2D

ANCHOR_IN, ANCHOR_OUT = 4.0, 2.0


def copy_channels(convolution: torch.nn.Conv2d, pooled: bool = False) -> None:
    """Channels 0–2 pass unchanged, or as the mean of the 2 × 2 pixels of a stride-2 step."""
    weight = convolution.weight
    weight[:3] = 0
    convolution.bias[:3] = 0
    centre = weight.shape[2] // 2
    for channel in range(3):
        if pooled:
            weight[channel, channel, :2, :2] = 0.25
        else:
            weight[channel, channel, centre, centre] = 1


@torch.no_grad()
def linear_start(vae: AutoencoderKL) -> None:
    for module in vae.modules():
        if isinstance(module, ResnetBlock2D):  # identity blocks
            module.conv2.weight.zero_()
            module.conv2.bias.zero_()
        elif isinstance(module, Attention):
            module.to_out[0].weight.zero_()
            module.to_out[0].bias.zero_()
    start_encoder(vae)
    start_decoder(vae)


def start_encoder(vae: AutoencoderKL) -> None:
    encoder = vae.encoder
    copy_channels(encoder.conv_in)
    for block in encoder.down_blocks:
        for resnet in block.resnets:
            if resnet.conv_shortcut is not None:
                copy_channels(resnet.conv_shortcut)
        for downsampler in block.downsamplers or []:
            copy_channels(downsampler.conv, pooled=True)
    shortcut = encoder.down_blocks[-1].resnets[-1].conv_shortcut
    shortcut.weight[3:12] = 0
    shortcut.bias[3:12] = 0
    for channel in range(3):
        shortcut.weight[3 + channel, channel] = -1
    encoder.mid_block.resnets[-1].conv2.bias[6:12] = ANCHOR_IN * torch.tensor([1.0, -1.0] * 3)
    encoder.conv_norm_out.weight[:6] = 2.1  # about the spread that the anchors give the group
    out = encoder.conv_out
    out.weight[:3] = 0
    out.weight[4:] = 0
    out.bias.zero_()
    for channel in range(3):
        out.weight[channel, channel, 1, 1] = 1
        out.weight[channel, channel + 3, 1, 1] = -1
    vae.quant_conv.weight[:, :, 0, 0] = torch.eye(8)
    vae.quant_conv.bias.zero_()
    vae.quant_conv.bias[4:] = -8.0


def start_decoder(vae: AutoencoderKL) -> None:
    decoder = vae.decoder
    vae.post_quant_conv.weight[:, :, 0, 0] = torch.eye(4)
    vae.post_quant_conv.bias.zero_()
    copy_channels(decoder.conv_in)
    for block in decoder.up_blocks:
        for resnet in block.resnets:
            if resnet.conv_shortcut is not None:
                copy_channels(resnet.conv_shortcut)
        for upsampler in block.upsamplers or []:
            copy_channels(upsampler.conv)
    last = decoder.up_blocks[-1].resnets
    shortcut = last[0].conv_shortcut
    shortcut.weight[:12] = 0
    shortcut.bias[:12] = 0
    for channel in range(3):
        shortcut.weight[4 * channel, channel] = 1
        shortcut.weight[4 * channel + 1, channel] = -1
        last[-1].conv2.bias[4 * channel + 2] = ANCHOR_OUT
        last[-1].conv2.bias[4 * channel + 3] = -ANCHOR_OUT
        decoder.conv_norm_out.weight[4 * channel : 4 * channel + 2] = 1.5
    decoder.conv_out.weight *= 0.2
    decoder.conv_out.bias.zero_()
    for channel in range(3):
        decoder.conv_out.weight[channel, :12] = 0
        decoder.conv_out.weight[channel, 4 * channel, 1, 1] = 1
        decoder.conv_out.weight[channel, 4 * channel + 1, 1, 1] = -1
