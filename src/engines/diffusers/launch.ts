/** @file The command that runs our Python package: one process, or several through `accelerate launch`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Right from src/engines/diffusers and from dist/engines/diffusers alike: both are three levels below the package.
const script = fileURLToPath(new URL('../../../src/engines/diffusers/python/main.py', import.meta.url));

/** Where the processes of a training run. */
export interface Placement {
  /** The interpreter. */
  readonly python: string;
  readonly device: 'cpu' | 'cuda';
  /** Indices of the GPUs; on a CPU one for each process. Undefined: torch's default device. */
  readonly gpus: readonly number[] | undefined;
  /** `machine/machines@host:port`. */
  readonly nodes: string | undefined;
}

export interface RunFiles {
  /** The run's folder, which exists. */
  readonly out: string;
  /** The last argument of every process, which does not read it: so a list of processes shows the job of each. */
  readonly jobFile: string;
}

/** This machine's index, and how many there are; where they meet; processes on each. */
function countsOf({ gpus, nodes }: Placement) {
  const [, machine = '0', machines = '1', host = '127.0.0.1', port = '0'] =
    /^(\d+)\/(\d+)@([\w.-]+):(\d+)$/.exec(nodes ?? '') ?? [];
  const local = gpus?.length ?? 1;
  return { machine: Number(machine), machines: Number(machines), host, port: Number(port), local };
}

/** All processes, on all machines. */
export function processCount(placement: Placement): number {
  const { local, machines } = countsOf(placement);
  return local * machines;
}

/** Whether this machine has the process of rank 0. */
export const hasRankZero = (placement: Placement): boolean => countsOf(placement).machine === 0;

/** The file that `accelerate config` would write. */
function accelerateConfiguration(placement: Placement): object {
  const { machine, machines, host, port, local } = countsOf(placement);
  const { device, gpus = [0] } = placement;
  return {
    compute_environment: 'LOCAL_MACHINE',
    // Also on a CPU: for this type accelerate starts the processes itself, without MPI.
    distributed_type: 'MULTI_GPU',
    use_cpu: device === 'cpu',
    gpu_ids: device === 'cpu' ? 'all' : gpus.join(','),
    num_machines: machines,
    machine_rank: machine,
    num_processes: local * machines,
    main_process_ip: host,
    // On a single machine, 0 lets accelerate choose a free port.
    main_process_port: port,
    rdzv_backend: 'static',
    same_network: true,
    mixed_precision: 'no',
    main_training_function: 'main',
    debug: false,
  };
}

/**
 * Command and environment of the processes. For several, writes `accelerate.json` into the run's folder.
 * @param settings passed to every process, as JSON
 */
export function launchCommand(placement: Placement, settings: object, { out, jobFile }: RunFiles) {
  const { python, device, gpus } = placement;
  // Isolated from the user's site packages and from PYTHON* environment variables.
  const interpreter = [python, '-I', '-X', 'utf8'];
  const several = placement.nodes !== undefined || (gpus !== undefined && gpus.length > 1);
  const env: NodeJS.ProcessEnv = {
    // The base model is a folder; nothing may be downloaded.
    HF_HUB_OFFLINE: '1',
    ...(gpus !== undefined && !several && device === 'cuda' && { CUDA_VISIBLE_DEVICES: gpus.join(',') }),
    ...(several && device === 'cpu' && { ACCELERATE_USE_CPU: 'true' }),
  };
  if (!several) return { command: [...interpreter, script, JSON.stringify(settings), jobFile], env };
  const configuration = join(out, 'accelerate.json');
  writeFileSync(configuration, `${JSON.stringify(accelerateConfiguration(placement), undefined, 2)}\n`);
  const accelerate = ['-m', 'accelerate.commands.launch', '--config_file', configuration, '--no_python'];
  const own = [...interpreter, script, '--launched', JSON.stringify(settings), jobFile];
  return { command: [...interpreter, ...accelerate, ...own], env };
}
