"""Show that the diffusers engine learns what diffusers' own `train_dreambooth_lora.py` learns from the same seed.

The official script trains ten steps of the tiny random model on opaque square pictures of exactly its size. Then the
engine's own modules do the same, driven in the script's order of random numbers and without caches. All numbers of both
LoRAs have to agree within 1e-3. Run: `python scripts/verify/official_script.py [--script FILE]`, with the packages of
`src/engines/diffusers/packages.ts` and torchvision; the script is fetched from GitHub unless a copy of it is named.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import torch
from accelerate import Accelerator
from accelerate.utils import set_seed
from PIL import Image
from safetensors.torch import load_file
from torchvision.transforms.functional import to_tensor

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "src" / "engines" / "diffusers" / "python"))

from lora_bridge.adapter import NAME, Adapter  # noqa: E402, I001
from lora_bridge.batch import Batch  # noqa: E402
from lora_bridge.learner import Learner  # noqa: E402
from lora_bridge.unet_family import UnetFamily  # noqa: E402

COMMIT = "58eb52c0803ea9af3abec60841c2a093bdf1f951"
SHA256 = "89cd066f65b2c5d4e8ab578f4050f485a880a9c8fc100ddf18c6b0c74eadb5d2"
ADDRESS = (
    f"https://raw.githubusercontent.com/huggingface/diffusers/{COMMIT}/examples/dreambooth/train_dreambooth_lora.py"
)

MODEL = ROOT / "test" / "goldens" / "text-to-image" / "model"
PROMPT, EDGE, PICTURES, STEPS, RANK, LEARNING_RATE, SEED = "a sks girl", 32, 3, 10, 4, 1e-2, 7
TOLERANCE = 1e-3


def make_pictures(folder: Path) -> None:
    generator = torch.Generator().manual_seed(0)
    for index in range(PICTURES):
        pixels = torch.randint(0, 256, (EDGE, EDGE, 3), dtype=torch.uint8, generator=generator)
        Image.fromarray(pixels.numpy()).save(folder / f"{index}.png")


def fetch_script(named: str | None, folder: Path) -> Path:
    """The official script, byte for byte the one that this was tried with."""
    data = Path(named).read_bytes() if named else urllib.request.urlopen(ADDRESS, timeout=60).read()
    if hashlib.sha256(data).hexdigest() != SHA256:
        raise SystemExit(f"{named or ADDRESS} is not the script of diffusers' commit {COMMIT}.")
    script = folder / "train_dreambooth_lora.py"
    script.write_bytes(data)
    return script


def train_officially(script: Path, pictures: Path, out: Path) -> dict[str, torch.Tensor]:
    options = {
        "pretrained_model_name_or_path": MODEL,
        "instance_data_dir": pictures,
        "instance_prompt": PROMPT,
        "output_dir": out,
        "resolution": EDGE,
        "train_batch_size": 1,
        "max_train_steps": STEPS,
        "learning_rate": LEARNING_RATE,
        "rank": RANK,
        "seed": SEED,
        "lr_scheduler": "constant",
        "lr_warmup_steps": 0,
    }
    arguments = [f"--{name}={value}" for name, value in options.items()]
    subprocess.run([sys.executable, str(script), *arguments], check=True, cwd=out.parent)
    return load_file(out / "pytorch_lora_weights.safetensors")


class Pictures(torch.utils.data.Dataset):
    """In the order in which the folder lists them."""

    def __init__(self, folder: Path) -> None:
        self._files = list(folder.iterdir())

    def __len__(self) -> int:
        return len(self._files)

    def __getitem__(self, index: int) -> torch.Tensor:
        return to_tensor(Image.open(self._files[index])) * 2 - 1


def train_by_ourselves(pictures: Path) -> dict[str, torch.Tensor]:
    accelerator = Accelerator(cpu=True)
    set_seed(SEED)
    settings = {"base": str(MODEL), "predictionType": "epsilon", "zerosForNoPrompt": False}
    family = UnetFamily.load(settings, accelerator.device, torch.float32)
    adapter = Adapter(family.trained, RANK, RANK, family.target_modules)
    # What PEFT has drawn is what the script begins with.
    paths = list(adapter.modules)
    layers = dict(family.trained.named_modules())
    drawn = [part for path in paths for part in (layers[path].lora_A[NAME].weight, layers[path].lora_B[NAME].weight)]
    adapter.load(paths, torch.cat([part.detach().flatten() for part in drawn]))
    loader = torch.utils.data.DataLoader(Pictures(pictures), batch_size=1, shuffle=True)
    learner = Learner(family, adapter, accelerator)
    loader = accelerator.prepare(loader)
    text = family.encode_text(PROMPT)
    for _, pixels in zip(range(STEPS), endless(loader), strict=False):
        loss, *_ = learner.learn(batch_of(family, pixels, text), LEARNING_RATE)
        print(f"  loss {loss:.6f}")
    parts = ("lora.down.weight", "lora.up.weight")
    keys = [f"unet.{path}.{part}" for path in paths for part in parts]
    return dict(zip(keys, (parameter.detach() for parameter in adapter.parameters), strict=True))


def endless(loader: torch.utils.data.DataLoader) -> Iterator[torch.Tensor]:
    while True:
        yield from loader


def batch_of(family: UnetFamily, pixels: torch.Tensor, text: dict[str, torch.Tensor]) -> Batch:
    """Draws latent, noise and timestep from the global generator, one after the other, as the script does."""
    mean, log_variance = family.encode_picture(pixels[0])
    drawn = mean + torch.exp(0.5 * log_variance) * torch.randn(mean.shape)
    latents = (drawn * family.vae.config.scaling_factor)[None]
    noise = torch.randn_like(latents)
    timesteps = torch.randint(0, 1000, (1,))
    return Batch(latents=latents, noise=noise, timesteps=timesteps, text=text)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--script")
    named = parser.parse_args().script
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        pictures = folder / "pictures"
        pictures.mkdir()
        make_pictures(pictures)
        script = fetch_script(named, folder)
        ours = train_by_ourselves(pictures)
        theirs = train_officially(script, pictures, folder / "out")
    if ours.keys() != theirs.keys():
        raise SystemExit(f"Other modules: {sorted(ours.keys() ^ theirs.keys())[:4]}")
    difference = sum(float(((ours[key] - theirs[key]) ** 2).sum()) for key in theirs) ** 0.5
    norm = sum(float((theirs[key] ** 2).sum()) for key in theirs) ** 0.5
    worst = max(float((ours[key] - theirs[key]).abs().max()) for key in theirs)
    print(f"relative difference {difference / norm:.2e}, largest {worst:.2e}")
    if not difference / norm < TOLERANCE or not worst < TOLERANCE:
        raise SystemExit("The engine and the official script end in different LoRAs.")


if __name__ == "__main__":
    main()
