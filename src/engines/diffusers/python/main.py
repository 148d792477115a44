"""The diffusers engine's process: trains the job of a job file. Told by arguments what it needs; see program.ts.

Imports nothing but the standard library, so that the first event is out at once and a job is checked before torch is
loaded.
"""

from __future__ import annotations

import sys
from pathlib import Path

# Python's isolated mode leaves out the script's own folder.
sys.path.insert(0, str(Path(__file__).parent))

from lora_bridge.engine import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main())
