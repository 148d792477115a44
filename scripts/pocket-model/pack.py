"""Pack the trainer for a machine without network: `python pack.py --out OUT --captures DIR`.

The other machine (Linux, x86-64) has Python with torch, transformers, tokenizers, numpy, pillow and
safetensors. Unpacked there, `pocket-trainer/run train.py --minutes 5 --out …` does what it
does here.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

from vocabulary import MERGES_FILE

HERE = Path(__file__).parent
WHEELS = ("diffusers", "importlib_metadata", "zipp", "skia-python")
PLATFORMS = ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64", "any")
# What every machine with torch has, and must take its own of.
COMMON = r"(linux-vdso|ld-linux|lib(c|m|dl|rt|pthread|stdc\+\+|gcc_s|z))[.-]"
RUN = """#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)
script=$1
shift
# Only what the machine lacks: an older copy of its own libraries would break its Python.
mkdir -p "$here/lacking"
known=$(PATH="$PATH:/sbin:/usr/sbin" ldconfig -p)
for library in "$here"/lib/*; do
  case "$known" in
    *"${library##*/} "*) ;;
    *) ln -sf "$library" "$here/lacking/" ;;
  esac
done
export PYTHONPATH="$here/site:$PYTHONPATH" LD_LIBRARY_PATH="$here/lacking:$LD_LIBRARY_PATH"
export PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
exec "${PYTHON:-python3}" "$here/pocket-model/$script" --merges "$here/merges.txt" "$@"
"""


def fetch(wheels: Path, python: str) -> None:
    versions = dict(
        line.split("==") for line in (HERE / "requirements.txt").read_text().split() if line
    )
    wanted = [f"{name}=={versions[name]}" if name in versions else name for name in WHEELS]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", wheels]
    command += ["--only-binary=:all:", "--python-version", python, "--implementation", "cp"]
    command += [part for platform in PLATFORMS for part in ("--platform", platform)]
    subprocess.run([*command, *wanted], check=True)


def libraries(module: Path) -> list[Path]:
    """The shared libraries outside the wheel that Skia needs, as this machine has them."""
    listing = subprocess.run(["ldd", module], check=True, capture_output=True, text=True).stdout
    missing = re.findall(r"(\S+) => not found", listing)
    if missing:
        raise SystemExit(f"this machine lacks {', '.join(missing)}: install libegl1 and libgl1")
    found = [Path(path) for path in re.findall(r"=> (/\S+)", listing)]
    return [
        path
        for path in found
        if not re.match(COMMON, path.name) and module.parent not in path.parents
    ]


def lay_out(out: Path, options: argparse.Namespace) -> None:
    for name in ("site", "lib", "pocket-model"):
        (out / name).mkdir(parents=True)
    with tempfile.TemporaryDirectory() as wheels:
        fetch(Path(wheels), options.python)
        for wheel in Path(wheels).iterdir():
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(out / "site")
    skia = next((out / "site").glob("skia*.so"))
    for library in libraries(skia):
        shutil.copyfile(library, out / "lib" / library.name)
    for source in HERE.glob("*.py"):
        shutil.copyfile(source, out / "pocket-model" / source.name)
    shutil.copyfile(MERGES_FILE, out / "merges.txt")
    if options.captures:
        shutil.copytree(options.captures, out / "captures")
    (out / "run").write_text(RUN)
    (out / "run").chmod(0o755)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="a .tar.gz file, or a new folder")
    parser.add_argument("--captures", type=Path, help="transparent PNGs to measure on")
    parser.add_argument("--python", default="3.12", help="version of the other machine's Python")
    options = parser.parse_args()
    if options.out.suffix != ".gz":
        lay_out(options.out, options)
        return
    with tempfile.TemporaryDirectory() as folder:
        lay_out(Path(folder) / "pocket-trainer", options)
        with tarfile.open(options.out, "w:gz") as archive:
            archive.add(Path(folder) / "pocket-trainer", "pocket-trainer")
    print(f"{options.out}: {options.out.stat().st_size / 2**20:.1f} MiB")


if __name__ == "__main__":
    main()
