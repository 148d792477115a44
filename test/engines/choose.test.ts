/** @file Which engine and device a request gets, over every kind of machine. */
import { describe, expect, test } from 'vitest';
import { chooseEngine, type EngineRequest, type Hardware } from '../../src/engines/choose.js';
import type { DiffusersEnvironment } from '../../src/engines/diffusers/environment.js';
import type { DeviceStatus } from '../../src/engines/native/devices.js';
import { nativePrecision } from '../../src/engines/precision.js';
import type { Device } from '../../src/protocol/train-options.js';

const environment = (cuda: string | undefined): DiffusersEnvironment => ({
  usable: true,
  python: '/venv/bin/python',
  cuda,
  versions: { torch: '2.15.0' },
});
const absent: DiffusersEnvironment = { usable: false, installed: false, reason: 'It is not installed.' };
const broken: DiffusersEnvironment = { usable: false, installed: true, reason: 'peft is missing.' };

function hardware(
  natively: readonly Device[],
  diffusers: DiffusersEnvironment = absent,
  gpus: readonly string[] = [],
): Hardware {
  const devices = (['cuda', 'webgpu', 'cpu'] as const).map((name): DeviceStatus => {
    const available = name === 'cpu' || natively.includes(name);
    return { name, available, reason: available ? `${name} is there` : `${name} is not there` };
  });
  return { devices, diffusers, gpus };
}

const choose = (request: Partial<EngineRequest>, on: Hardware): string => {
  const { engine, device } = chooseEngine({ engine: 'auto', device: 'auto', ...request }, on);
  return `${engine} ${device}`;
};

const h100 = ['H100'];

describe('auto', () => {
  test.each<[string, Hardware, string]>([
    ['native CUDA first', hardware(['cuda', 'webgpu'], environment('13.2'), h100), 'native cuda'],
    ['diffusers CUDA before WebGPU', hardware(['webgpu'], environment('13.2'), h100), 'diffusers cuda'],
    ['no CUDA without a GPU', hardware(['webgpu'], environment('13.2')), 'native webgpu'],
    ['no CUDA in a torch for the CPU', hardware(['webgpu'], environment(undefined), h100), 'native webgpu'],
    ['WebGPU before the CPU', hardware(['webgpu']), 'native webgpu'],
    ['native on the CPU, though diffusers is there', hardware([], environment(undefined)), 'native cpu'],
    ['native where diffusers is broken', hardware([], broken, h100), 'native cpu'],
  ])('%s', (_, on, expected) => expect(choose({}, on)).toBe(expected));

  test.each<[string, Partial<EngineRequest>, Hardware, string]>([
    ['a CPU is native', { device: 'cpu' }, hardware(['cuda'], environment('13.2'), h100), 'native cpu'],
    [
      'CUDA that only diffusers has',
      { device: 'cuda' },
      hardware(['webgpu'], environment('13.2'), h100),
      'diffusers cuda',
    ],
    ['several GPUs need diffusers', { gpus: 'all' }, hardware(['cuda'], environment('13.2'), h100), 'diffusers cuda'],
    [
      'several machines too',
      { nodes: '0/2@host:1', device: 'cpu' },
      hardware([], environment(undefined)),
      'diffusers cpu',
    ],
  ])('%s', (_, request, on, expected) => expect(choose(request, on)).toBe(expected));
});

describe('by name', () => {
  test('diffusers takes CUDA where it can, else the CPU', () => {
    expect(choose({ engine: 'diffusers' }, hardware(['cuda'], environment('13.2'), h100))).toBe('diffusers cuda');
    expect(choose({ engine: 'diffusers' }, hardware(['cuda'], environment(undefined), h100))).toBe('diffusers cpu');
  });

  test.each<[Partial<EngineRequest>, Hardware, string, string]>([
    [{ engine: 'native', gpus: '0,1' }, hardware(['cuda']), 'input.option.unsupported', '--gpus'],
    [{ engine: 'native', nodes: '0/2@host:1' }, hardware(['cuda']), 'input.option.unsupported', '--nodes'],
    [
      { engine: 'diffusers', device: 'webgpu' },
      hardware([], environment('13')),
      'input.option.unsupported',
      '--device webgpu',
    ],
    [{ engine: 'diffusers' }, hardware(['cuda']), 'resource.engine.missing', 'not installed'],
    [{ gpus: 'all' }, hardware(['cuda']), 'resource.engine.missing', 'not installed'],
    [{ engine: 'diffusers' }, hardware(['cuda'], broken), 'resource.engine.broken', 'peft is missing'],
    [{ engine: 'diffusers', device: 'cuda' }, hardware([], environment('13')), 'resource.device.missing', 'nvidia-smi'],
    [
      { engine: 'diffusers', device: 'cuda' },
      hardware([], environment(undefined), h100),
      'resource.device.missing',
      'engine update',
    ],
    [{ device: 'webgpu' }, hardware([]), 'resource.device.missing', 'webgpu is not there'],
    [{ device: 'cuda' }, hardware([]), 'resource.device.missing', 'cuda is not there'],
  ])('%j is refused', (request, on, code, says) => {
    expect(() => choose(request, on)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(says) }),
    );
  });
});

test('--gpus names GPUs by their numbers, on a CPU processes', () => {
  const two = hardware(['cuda'], environment('13.2'), ['H100', 'A100']);
  const gpusOf = (request: Partial<EngineRequest>, on = two) =>
    chooseEngine({ engine: 'auto', device: 'auto', ...request }, on).gpus;
  expect(gpusOf({})).toBeUndefined();
  expect(gpusOf({ gpus: 'all' })).toEqual([0, 1]);
  expect(gpusOf({ gpus: '1,1' })).toEqual([1]);
  expect(gpusOf({ gpus: '0,7', device: 'cpu' })).toEqual([0, 7]);
  const missing = expect.objectContaining({ code: 'resource.device.missing' });
  expect(() => gpusOf({ gpus: '0,2' })).toThrow(missing);
  expect(() => gpusOf({ gpus: 'all' }, hardware([], environment(undefined)))).toThrow(missing);
});

test('says why', () => {
  const on = hardware(['webgpu'], environment('13.2'), h100);
  expect(chooseEngine({ engine: 'auto', device: 'auto' }, on).reason).toBe(
    'it has CUDA, the native engine does not; H100',
  );
  expect(chooseEngine({ engine: 'native', device: 'auto' }, on).reason).toBe('as requested; webgpu is there');
  const auto = (with_: Hardware) => chooseEngine({ engine: 'auto', device: 'auto' }, with_).reason;
  expect(auto(hardware(['webgpu']))).toBe('no engine can use CUDA here; webgpu is there');
  expect(auto(hardware(['webgpu'], absent, h100))).toBe('cuda is not there; webgpu is there');
});

describe('the precision', () => {
  const cuda = hardware(['cuda', 'webgpu'], absent, h100);
  const both = hardware(['webgpu'], environment('13.2'), h100);
  const precision = (options: Partial<EngineRequest>, on: Hardware): string => {
    const { engine, device, precision: chosen } = chooseEngine({ engine: 'auto', device: 'auto', ...options }, on);
    return `${engine} ${device} ${chosen.precision}`;
  };
  test.each<[string, Partial<EngineRequest>, Hardware, string]>([
    ['is 16 bits on CUDA', {}, cuda, 'native cuda fp16'],
    ['is 32 bits on CUDA where asked for', { precision: 'fp32' }, cuda, 'native cuda fp32'],
    ['is 32 bits on WebGPU', { device: 'webgpu' }, cuda, 'native webgpu fp32'],
    ['is 32 bits on the CPU', { device: 'cpu' }, cuda, 'native cpu fp32'],
    ['is 16 bits on the CPU where asked for', { device: 'cpu', precision: 'fp16' }, cuda, 'native cpu fp16'],
    ["is the card's with diffusers", {}, both, 'diffusers cuda auto'],
    ['is 32 bits with diffusers where asked for', { precision: 'fp32' }, both, 'diffusers cuda fp32'],
    [
      'bf16 needs diffusers',
      { precision: 'bf16' },
      hardware(['cuda'], environment('13.2'), h100),
      'diffusers cuda bf16',
    ],
    ['is 32 bits with diffusers on the CPU', { engine: 'diffusers', device: 'cpu' }, both, 'diffusers cpu fp32'],
  ])('%s', (_, options, on, expected) => expect(precision(options, on)).toBe(expected));

  test.each<[string, Partial<EngineRequest>, Hardware, RegExp]>([
    [
      'bf16 of native',
      { engine: 'native', precision: 'bf16' },
      cuda,
      /native engine does not support --precision bf16/,
    ],
    ['fp16 on WebGPU', { device: 'webgpu', precision: 'fp16' }, cuda, /accumulates in 16 bits/],
    ['fp16 of diffusers', { engine: 'diffusers', precision: 'fp16' }, both, /does not scale losses/],
  ])('%s is refused', (_, options, on, message) => {
    const error = expect.objectContaining({
      code: 'input.option.unsupported',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(/--/),
    });
    expect(() => precision(options, on)).toThrow(error);
  });

  test('of generate is that of the native engine: bf16 is refused', () => {
    expect(nativePrecision('auto', 'cuda').precision).toBe('fp16');
    expect(() => nativePrecision('bf16', 'cuda')).toThrow(/no bfloat16 convolutions/);
  });
});
