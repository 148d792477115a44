"""Remakes the golden files under test/goldens: `python scripts/goldens/main.py [TOPIC ...]`.

A topic is a module beside this file with a function `make(folder)`; its folder is test/goldens/<topic>.
"""

import sys
from importlib import import_module
from pathlib import Path

TOPICS = [
    "safetensors_types",
]


def main() -> None:
    """Runs the named topics, or all of them."""
    root = Path(__file__).resolve().parents[2] / "test" / "goldens"
    for topic in sys.argv[1:] or TOPICS:
        folder = root / topic.replace("_", "-")
        folder.mkdir(parents=True, exist_ok=True)
        import_module(topic).make(folder)
        print(f"{topic}: {sum(file.stat().st_size for file in folder.iterdir()) / 1000:.0f} kB")


if __name__ == "__main__":
    main()
