/** @file Which engine and device a wish gets, over every kind of machine. */
import { describe, expect, test } from 'vitest';
import { chooseEngine, type EngineWish, type Machine } from '../../src/engines/choose.js';
import type { DiffusersEnvironment } from '../../src/engines/diffusers/environment.js';
import type { Device, DeviceName } from '../../src/engines/native/devices.js';
import { nativePrecision } from '../../src/engines/precision.js';

const environment = (cuda: string | undefined): DiffusersEnvironment => ({
  usable: true,
  python: '/venv/bin/python',
  cuda,
  versions: { torch: '2.15.0' },
});
const absent: DiffusersEnvironment = { usable: false, installed: false, reason: 'It is not installed.' };
const broken: DiffusersEnvironment = { usable: false, installed: true, reason: 'peft is missing.' };

function machine(
  natively: readonly DeviceName[],
  diffusers: DiffusersEnvironment = absent,
  gpus: readonly string[] = [],
): Machine {
  const devices = (['cuda', 'webgpu', 'cpu'] as const).map((name): Device => {
    const available = name === 'cpu' || natively.includes(name);
    return { name, available, reason: available ? `${name} is there` : `${name} is not there` };
  });
  return { devices, diffusers, gpus };
}

const choose = (wish: Partial<EngineWish>, on: Machine): string => {
  const { engine, device } = chooseEngine({ engine: 'auto', device: 'auto', ...wish }, on);
  return `${engine} ${device}`;
};

const h100 = ['H100'];

describe('auto', () => {
  test.each<[string, Machine, string]>([
    ['native CUDA first', machine(['cuda', 'webgpu'], environment('13.2'), h100), 'native cuda'],
    ['diffusers CUDA before WebGPU', machine(['webgpu'], environment('13.2'), h100), 'diffusers cuda'],
    ['no CUDA without a GPU', machine(['webgpu'], environment('13.2')), 'native webgpu'],
    ['no CUDA in a torch for the CPU', machine(['webgpu'], environment(undefined), h100), 'native webgpu'],
    ['WebGPU before the CPU', machine(['webgpu']), 'native webgpu'],
    ['native on the CPU, though diffusers is there', machine([], environment(undefined)), 'native cpu'],
    ['native where diffusers is broken', machine([], broken, h100), 'native cpu'],
  ])('%s', (_, on, expected) => expect(choose({}, on)).toBe(expected));

  test.each<[string, Partial<EngineWish>, Machine, string]>([
    ['a CPU is native', { device: 'cpu' }, machine(['cuda'], environment('13.2'), h100), 'native cpu'],
    [
      'CUDA that only diffusers has',
      { device: 'cuda' },
      machine(['webgpu'], environment('13.2'), h100),
      'diffusers cuda',
    ],
    ['several GPUs need diffusers', { gpus: 'all' }, machine(['cuda'], environment('13.2'), h100), 'diffusers cuda'],
    [
      'several machines too',
      { nodes: '0/2@host:1', device: 'cpu' },
      machine([], environment(undefined)),
      'diffusers cpu',
    ],
  ])('%s', (_, wish, on, expected) => expect(choose(wish, on)).toBe(expected));
});

describe('by name', () => {
  test('diffusers takes CUDA where it can, else the CPU', () => {
    expect(choose({ engine: 'diffusers' }, machine(['cuda'], environment('13.2'), h100))).toBe('diffusers cuda');
    expect(choose({ engine: 'diffusers' }, machine(['cuda'], environment(undefined), h100))).toBe('diffusers cpu');
  });

  test.each<[Partial<EngineWish>, Machine, string, string]>([
    [{ engine: 'native', gpus: '0,1' }, machine(['cuda']), 'input.option.unsupported', '--gpus'],
    [{ engine: 'native', nodes: '0/2@host:1' }, machine(['cuda']), 'input.option.unsupported', '--nodes'],
    [
      { engine: 'diffusers', device: 'webgpu' },
      machine([], environment('13')),
      'input.option.unsupported',
      '--device webgpu',
    ],
    [{ engine: 'diffusers' }, machine(['cuda']), 'resource.engine.missing', 'not installed'],
    [{ gpus: 'all' }, machine(['cuda']), 'resource.engine.missing', 'not installed'],
    [{ engine: 'diffusers' }, machine(['cuda'], broken), 'resource.engine.broken', 'peft is missing'],
    [{ engine: 'diffusers', device: 'cuda' }, machine([], environment('13')), 'resource.device.missing', 'nvidia-smi'],
    [
      { engine: 'diffusers', device: 'cuda' },
      machine([], environment(undefined), h100),
      'resource.device.missing',
      'engine update',
    ],
    [{ device: 'webgpu' }, machine([]), 'resource.device.missing', 'webgpu is not there'],
    [{ device: 'cuda' }, machine([]), 'resource.device.missing', 'cuda is not there'],
  ])('%j is refused', (wish, on, code, says) => {
    expect(() => choose(wish, on)).toThrow(expect.objectContaining({ code, message: expect.stringContaining(says) }));
  });
});

test('--gpus names GPUs by their numbers, on a CPU processes', () => {
  const two = machine(['cuda'], environment('13.2'), ['H100', 'A100']);
  const gpusOf = (wish: Partial<EngineWish>, on = two) =>
    chooseEngine({ engine: 'auto', device: 'auto', ...wish }, on).gpus;
  expect(gpusOf({})).toBeUndefined();
  expect(gpusOf({ gpus: 'all' })).toEqual([0, 1]);
  expect(gpusOf({ gpus: '1,1' })).toEqual([1]);
  expect(gpusOf({ gpus: '0,7', device: 'cpu' })).toEqual([0, 7]);
  const missing = expect.objectContaining({ code: 'resource.device.missing' });
  expect(() => gpusOf({ gpus: '0,2' })).toThrow(missing);
  expect(() => gpusOf({ gpus: 'all' }, machine([], environment(undefined)))).toThrow(missing);
});

test('says why', () => {
  const on = machine(['webgpu'], environment('13.2'), h100);
  expect(chooseEngine({ engine: 'auto', device: 'auto' }, on).reason).toBe(
    'it has CUDA, the native engine does not; H100',
  );
  expect(chooseEngine({ engine: 'native', device: 'auto' }, on).reason).toBe('as requested; webgpu is there');
  const auto = (with_: Machine) => chooseEngine({ engine: 'auto', device: 'auto' }, with_).reason;
  expect(auto(machine(['webgpu']))).toBe('no engine can use CUDA here; webgpu is there');
  expect(auto(machine(['webgpu'], absent, h100))).toBe('cuda is not there; webgpu is there');
});

describe('the precision', () => {
  const cuda = machine(['cuda', 'webgpu'], absent, h100);
  const both = machine(['webgpu'], environment('13.2'), h100);
  const precision = (options: Partial<EngineWish>, on: Machine): string => {
    const { engine, device, precision: chosen } = chooseEngine({ engine: 'auto', device: 'auto', ...options }, on);
    return `${engine} ${device} ${chosen.precision}`;
  };
  test.each<[string, Partial<EngineWish>, Machine, string]>([
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
      machine(['cuda'], environment('13.2'), h100),
      'diffusers cuda bf16',
    ],
    ['is 32 bits with diffusers on the CPU', { engine: 'diffusers', device: 'cpu' }, both, 'diffusers cpu fp32'],
  ])('%s', (_, options, on, expected) => expect(precision(options, on)).toBe(expected));

  test.each<[string, Partial<EngineWish>, Machine, RegExp]>([
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
