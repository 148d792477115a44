/** @file The Python process that computes: starts it, sends requests, receives answers. Of several, the first on this machine answers. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { z } from 'zod';
import { LoraBridgeError } from '../../errors/lora-bridge-error.js';
import { spawn } from '../../worker/child-process.js';
import { isNativeFault } from '../../worker/parent.js';
import { type Frame, FrameReader, type Tensors, writeFrame } from './frames.js';
import { errorOf, resume } from './python-error.js';

const failure = z.object({ error: z.object({ types: z.array(z.string()), message: z.string() }) });

const hasGroups = process.platform !== 'win32';

export class PythonProcess {
  readonly #child: ChildProcess;
  readonly #device: string;
  readonly #frames: FrameReader;
  readonly #exited: Promise<unknown>;

  private constructor(child: ChildProcess, device: string) {
    const { stdin, stdout } = child;
    if (stdin === null || stdout === null) throw new LoraBridgeError('internal', 'Python has no pipes.');
    // Writing to a process that has ended fails; reading its answer reports the end.
    stdin.on('error', () => {});
    this.#child = child;
    this.#device = device;
    this.#frames = new FrameReader(stdout);
    this.#exited = once(child, 'exit');
    this.#exited.catch(() => {});
  }

  /** Starts it; its output goes to the log. @throws LoraBridgeError `resource.engine.broken` when it cannot be started */
  static async start(
    [command = '', ...args]: readonly string[],
    env: NodeJS.ProcessEnv,
    device: string,
  ): Promise<PythonProcess> {
    const child = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, ...env },
      // In a session of its own: Ctrl-C must reach only this process, which then ends the training in order.
      detached: hasGroups,
    });
    try {
      await once(child, 'spawn');
    } catch (cause) {
      throw new LoraBridgeError('resource.engine.broken', `${command} cannot be started.`, { file: command, cause });
    }
    return new PythonProcess(child, device);
  }

  /** Sends a request and returns its answer. @throws LoraBridgeError as `receive` */
  async ask(request: object, tensors?: Tensors, onFrame?: (frame: Frame) => void): Promise<Frame> {
    await this.send(request, tensors);
    for (;;) {
      const frame = await this.receive();
      if (frame.fields.progress !== true) return frame;
      onFrame?.(frame);
    }
  }

  async send(request: object, tensors?: Tensors): Promise<void> {
    if (this.#child.stdin !== null) await writeFrame(this.#child.stdin, request, tensors);
  }

  /** The next frame. @throws LoraBridgeError the error that it reports, or `trainer.crashed` or `resource.device.lost` when it has ended */
  async receive(): Promise<Frame> {
    const frame = await this.#frames.next();
    if (frame === undefined) throw await this.#crash();
    const failed = failure.safeParse(frame.fields);
    if (failed.success) throw errorOf(failed.data.error);
    return frame;
  }

  /** Closes its input, which ends it, and waits. */
  async end(): Promise<void> {
    this.#child.stdin?.end();
    if (this.#child.exitCode === null && this.#child.signalCode === null) await this.#exited;
  }

  /** Kills it and the processes that it has started. */
  kill(): void {
    const { pid } = this.#child;
    try {
      if (pid !== undefined && hasGroups) process.kill(-pid, 'SIGKILL');
      else this.#child.kill('SIGKILL');
    } catch {
      // It has ended already.
    }
  }

  async #crash(): Promise<LoraBridgeError> {
    await this.end();
    const { exitCode, signalCode } = this.#child;
    const how = signalCode === null ? `with exit code ${exitCode}` : `by the signal ${signalCode}`;
    if (this.#device !== 'cpu' && isNativeFault({ signal: signalCode, exitCode })) {
      const what = `The Python process that computed on ${this.#device} was ended ${how} by a crash in native code.`;
      return new LoraBridgeError('resource.device.lost', what, {
        hint: 'Resume the job: it continues from its last checkpoint. If that happens again, update the driver or use --device cpu.',
      });
    }
    const starved =
      'The system may have run out of memory: try a smaller resolution or batch size, then resume the job.';
    return new LoraBridgeError('trainer.crashed', `The Python process of the engine ended ${how}.`, {
      hint: signalCode === 'SIGKILL' ? starved : resume,
    });
  }
}
