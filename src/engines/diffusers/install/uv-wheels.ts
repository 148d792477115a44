/** @file The wheels of uv on PyPI: Astral's installer of Python and its packages (MIT or Apache-2.0). */

import type { Wheel } from '../../wheels/wheel.js';

export const uvVersion = '0.13.9';

export interface UvWheel extends Wheel {
  /** Bytes of the program in it. */
  readonly program: number;
}

const uv = { distribution: 'uv', version: uvVersion };

/** By `process.platform` and `process.arch`: where torch has builds. */
export const uvWheels: Readonly<Record<string, UvWheel>> = {
  'linux-x64': {
    ...uv,
    file: 'uv-0.13.9-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl',
    sha256: 'd7f459fe4fd247d830351c75686d3996ace3c6f3f728eb0e85a30b7ada0cef19',
    bytes: 17606939,
    program: 38409000,
  },
  'linux-arm64': {
    ...uv,
    file: 'uv-0.13.9-py3-none-manylinux_2_28_aarch64.whl',
    sha256: 'ecb6028d79dc96fbeafffe5c8af62a7099487ebc05a701e76714eebcffd06375',
    bytes: 16864124,
    program: 32432520,
  },
  'darwin-arm64': {
    ...uv,
    file: 'uv-0.13.9-py3-none-macosx_11_0_arm64.whl',
    sha256: '66c512266d633bef48384a1f53003f41f2a8e7b36fe6e7fbfd3e0fd52d96fa63',
    bytes: 14660755,
    program: 28309040,
  },
  'win32-x64': {
    ...uv,
    file: 'uv-0.13.9-py3-none-win_amd64.whl',
    sha256: '6a44b2ed8111d2f60d2b92627c5dccda3f7ed7570b18ce115e569cd68c28246b',
    bytes: 15662317,
    program: 32581424,
  },
};
