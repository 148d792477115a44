"""The pocket model's shape: Stable Diffusion 1.x, made small."""

from __future__ import annotations

from diffusers import AutoencoderKL, DPMSolverMultistepScheduler, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel

from linear_start import linear_start
from sizes import END_TOKEN, LATENT, SIZE, START_TOKEN, TEXT_WIDTH, TOKENS


def new_vae() -> AutoencoderKL:
    """Three levels, so 4-fold compression."""
    vae = AutoencoderKL(
        block_out_channels=(16, 48, 96),
        down_block_types=("DownEncoderBlock2D",) * 3,
        up_block_types=("UpDecoderBlock2D",) * 3,
        latent_channels=4,
        layers_per_block=1,
        norm_num_groups=4,
        sample_size=SIZE,
    )
    linear_start(vae)
    return vae


def new_unet() -> UNet2DConditionModel:
    """No attention among the 1,024 places of the first level: it would triple a step's time."""
    return UNet2DConditionModel(
        sample_size=LATENT,
        in_channels=4,
        out_channels=4,
        block_out_channels=(48, 96, 144),
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        layers_per_block=1,
        norm_num_groups=16,
        attention_head_dim=4,  # the number of heads, as in every SD 1.x configuration
        cross_attention_dim=TEXT_WIDTH,
    )


def new_text_encoder() -> CLIPTextModel:
    return CLIPTextModel(
        CLIPTextConfig(
            vocab_size=49408,
            hidden_size=TEXT_WIDTH,
            intermediate_size=4 * TEXT_WIDTH,
            num_hidden_layers=3,
            num_attention_heads=4,
            max_position_embeddings=TOKENS,
            hidden_act="quick_gelu",
            projection_dim=TEXT_WIDTH,
            bos_token_id=START_TOKEN,
            eos_token_id=END_TOKEN,
            pad_token_id=END_TOKEN,
        )
    )


def new_scheduler() -> DPMSolverMultistepScheduler:
    """SD 1.x's noise schedule, sampled by DPM-Solver++ 2M."""
    return DPMSolverMultistepScheduler(
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        num_train_timesteps=1000,
        steps_offset=1,
        algorithm_type="dpmsolver++",
        solver_order=2,
    )
