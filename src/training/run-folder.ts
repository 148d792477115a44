/** @file Where each file of a run lies: the same for both engines and every way in. */
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** `step-000200` for 200. */
const stepName = (step: number): string => `step-${String(step).padStart(6, '0')}`;

export class RunFolder {
  constructor(readonly path: string) {}

  create(): void {
    mkdirSync(join(this.path, 'samples'), { recursive: true });
    mkdirSync(join(this.path, 'checkpoints'), { recursive: true });
  }

  /** Whether the folder holds a run, finished or not. */
  exists(): boolean {
    return this.#contents().some((path) => existsSync(path));
  }

  /** Deletes the run, and nothing else in the folder. The dataset stays: preparing it again removes what is not used. */
  clear(): void {
    for (const path of this.#contents()) rmSync(path, { recursive: true, force: true });
  }

  #contents(): string[] {
    const steps = ['samples', 'checkpoints'].flatMap((name) => {
      const folder = join(this.path, name);
      const names = existsSync(folder) ? readdirSync(folder) : [];
      return names.filter((entry) => /^step-\d{6,}(\.jpg)?$/.test(entry)).map((entry) => join(folder, entry));
    });
    return [this.kohyaLora, this.diffusersLora, this.config, this.metrics, ...steps];
  }

  /** The LoRA with kohya's keys, for A1111, Forge and ComfyUI. */
  get kohyaLora(): string {
    return join(this.path, 'lora.safetensors');
  }

  /** The LoRA with diffusers' keys. */
  get diffusersLora(): string {
    return join(this.path, 'pytorch_lora_weights.safetensors');
  }

  get config(): string {
    return join(this.path, 'config.json');
  }

  get metrics(): string {
    return join(this.path, 'metrics.jsonl');
  }

  /** Scratch file that exists only while the run trains. */
  scratch(name: string): string {
    return join(this.path, `.${name}.tmp`);
  }

  sample(step: number): string {
    return join(this.path, 'samples', `${stepName(step)}.jpg`);
  }

  checkpoint(step: number): string {
    return join(this.path, 'checkpoints', stepName(step));
  }
}
