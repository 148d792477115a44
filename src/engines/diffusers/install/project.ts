/** @file The project that uv locks: the engine's packages with their versions, and torch from the index of its build. */
import { packages } from '../packages.js';
import { type TorchBuild, torchIndex } from './torch-build.js';

/** Environment markers (PEP 508) of each machine: the project is resolved for one machine only. */
const markers: Readonly<Record<string, string>> = {
  'linux-x64': "sys_platform == 'linux' and platform_machine == 'x86_64'",
  'linux-arm64': "sys_platform == 'linux' and platform_machine == 'aarch64'",
  'darwin-arm64': "sys_platform == 'darwin' and platform_machine == 'arm64'",
  'win32-x64': "sys_platform == 'win32' and platform_machine == 'AMD64'",
};

/** `pyproject.toml` for a machine, named as in uv-wheels.ts. */
export function projectFile(machine: string, build: TorchBuild): string {
  const dependencies = Object.entries(packages).map(([name, version]) => `  "${name}==${version}",`);
  const index = torchIndex(build);
  const torch =
    index === undefined
      ? []
      : [
          '',
          '[[tool.uv.index]]',
          'name = "pytorch"',
          `url = "${index}"`,
          '# For torch only.',
          'explicit = true',
          '',
          '[tool.uv.sources]',
          'torch = { index = "pytorch" }',
        ];
  return [
    '[project]',
    'name = "lora-bridge-engine"',
    'version = "0"',
    'requires-python = ">=3.11,<3.14"',
    'dependencies = [',
    ...dependencies,
    ']',
    '',
    '[tool.uv]',
    'package = false',
    `environments = ["${markers[machine]}"]`,
    ...torch,
    '',
  ].join('\n');
}
