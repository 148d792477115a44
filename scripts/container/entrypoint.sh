#!/bin/sh
# Runs a command of lora-bridge in the container; where there is a GPU, CUDA is first installed into the data volume.
set -eu
if nvidia-smi >/dev/null 2>&1; then
  lora-bridge engine install cuda >&2 || echo 'CUDA could not be installed; continuing without it.' >&2
fi
exec lora-bridge "$@"
