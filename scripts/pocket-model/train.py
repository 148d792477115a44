"""Make the pocket model in a given time: `python train.py --minutes 5 --out DIR`.

Three stages share the time: the VAE, the text encoder alone, then UNet and text encoder together.
Meanwhile all cores draw. `DIR/model` is the diffusers folder, written again with every checkpoint
of the last stage; `DIR/work` holds checkpoints and drawings, and lets a killed run `--resume`.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

from vocabulary import MERGES_FILE


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, required=True, help="for everything")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--resume", action="store_true", help="continue an unfinished run")
    parser.add_argument(
        "--device", choices=("cuda", "cpu"), help="default: cuda where there is one"
    )
    parser.add_argument("--merges", type=Path, default=MERGES_FILE, help="CLIP's vocabulary")
    parser.add_argument("--bank", type=Path, help="folder of drawings, kept and reused")
    parser.add_argument("--captures", type=Path, help="transparent PNGs, only measured on")
    parser.add_argument("--flat", type=Path, help="copy the three weight files there as well")
    parser.add_argument("--workers", type=int, default=max(1, (os.cpu_count() or 2) - 1))
    parser.add_argument("--pictures", type=int, help="how many drawings at most")
    parser.add_argument("--batch", type=int, help="of the UNet's stage")
    parser.add_argument("--every", type=float, default=60, help="seconds between checkpoints")
    parser.add_argument("--rate", type=float, default=1.0, help="factor on all learning rates")
    parser.add_argument("--threads", type=int, help="for tensors on the CPU")
    choice = argparse.BooleanOptionalAction
    parser.add_argument("--compile", action=choice, help="default: on a GPU")
    parser.add_argument("--graph", action=choice, default=True, help="record CUDA graphs")
    return parser.parse_args()


def main() -> None:
    started, options = time.monotonic(), parse()
    if any((options.out / "work").glob("*.pt")) and not options.resume:
        raise SystemExit(f"{options.out} holds a run: continue it with --resume, or name another")
    # Here, not above: the processes that draw load this file too, and need none of it.
    import torch

    from run import Run
    from stage import Stage, say
    from step import SpeedUpFailed

    options.device = options.device or ("cuda" if torch.cuda.is_available() else "cpu")
    if options.compile is None:
        options.compile = options.device == "cuda"
    if options.threads:
        torch.set_num_threads(options.threads)
    torch.set_float32_matmul_precision("high")
    torch.manual_seed(0)
    Stage.graphs = options.graph
    run = Run(options, started)
    try:
        run.go()
    except SpeedUpFailed as failure:
        # A failed recording leaves the device's random numbers unusable for this process.
        say(f"{failure}. Continuing with {failure.option}")
        run.stop()
        os.execv(sys.executable, [sys.executable, *sys.argv, "--resume", failure.option])
    finally:
        run.stop()
    say(f"done in {run.clock.spent():.0f} s: {options.out / 'model'}")


if __name__ == "__main__":
    main()
