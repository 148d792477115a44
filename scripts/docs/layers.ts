/** @file The layers of `src/`, from the top: an import may only point to the same layer or to one further down. */

/** Folder → what it holds, as docs/architecture.md says it. */
export const layers = {
  cli: 'one file for each command: reads its flags, calls what does the work, prints',
  daemon: 'HTTP and WebSocket server, sessions, access',
  watch: 'the watch folder',
  client: "the daemon's client in TypeScript",
  jobs: 'the queue, and the child processes of a run',
  engines:
    'which engine trains and what it needs installed; the backends `native/` and `diffusers/`, with its Python package',
  store: 'SQLite, and images by their content',
  training: 'the one loop, what a backend computes for it, optimizer, checkpoints, previews',
  sampling: 'samplers, text to image, contact sheets',
  diffusion: 'noise schedule, UNet, CLIP, VAE, tokenizer, random numbers, LoRA files, the pocket model',
  graph: 'the graph compiler',
  'torch-file': "torch's pickled files (`.ckpt`, `.bin`), read without running anything",
  safetensors: 'reading and writing',
  dataset: 'images, crops, captions, variants',
  faces: 'where the face is',
  files: 'one way to write, replace and sync a file; resumable downloads; free disk space',
  worker: 'the pipe between a job and its child processes, both ends',
  protocol: 'every message, option and event; source of [`protocol/`](../protocol/PROTOCOL.md)',
  errors: 'the error class and the catalogue of codes',
} as const;
