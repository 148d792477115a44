"""The diffusers engine's process: trains the job of a job file. Told by arguments what it needs; see program.ts.

Imports nothing but the standard library, so that the first event is out at once and a job is checked before torch is
loaded.
"""

from __future__ import annotations

import sys
from pathlib import Path

# Python's isolated mode leaves out the script's own folder.
sys.path.insert(0, str(Path(__file__).parent))

from lora_bridge.events import claim_standard_output, tell_loading  # noqa: E402

if __name__ == "__main__":
    claim_standard_output()
    if "--launched" not in sys.argv:
        tell_loading(0)
    # Even the standard library takes its time: the parent knows already that somebody is there.
    from lora_bridge.engine import main

    sys.exit(main())
