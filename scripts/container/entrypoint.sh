#!/bin/sh
# Runs a command of lora-bridge in the container; where a GPU answers, CUDA is brought into the data volume before.
set -eu
if nvidia-smi >/dev/null 2>&1; then
  lora-bridge engine install cuda >&2 || echo 'CUDA could not be installed; going on without it.' >&2
fi
exec lora-bridge "$@"
