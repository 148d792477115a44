"""A process of the diffusers engine: answers the requests of Node. Arguments: see launch.ts.

Imports nothing but the standard library, so that the end of the pipe is noticed even while importing torch.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from pathlib import Path

# Python's isolated mode does not add the script's folder.
sys.path.insert(0, str(Path(__file__).parent))

from lora_bridge.pipe import Pipe, claim_standard_output, die_with_parent  # noqa: E402


def main() -> int:
    """The first process of each machine has the pipe; the others receive requests through `torch.distributed`."""
    *_, settings, _job_file = sys.argv
    launched = "--launched" in sys.argv
    sink = claim_standard_output()
    if launched:
        die_with_parent()
    pipe = Pipe(0, sink) if not launched or os.environ["LOCAL_RANK"] == "0" else None
    try:
        from lora_bridge.engine import Engine

        if pipe is not None:
            pipe.write({"done": "import"})
        Engine(json.loads(settings), pipe).serve()
        return 0
    except Exception as error:
        traceback.print_exc()
        if pipe is not None:
            types = [kind.__name__ for kind in type(error).__mro__]
            pipe.write({"error": {"types": types, "message": str(error)}})
        return 1


if __name__ == "__main__":
    sys.exit(main())
