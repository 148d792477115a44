/** @file How a process that has used a GPU exits. */

type Koffi = typeof import('koffi').default;

let isArranged = false;

/** The system's function that ends this process immediately. */
function immediateEnd(koffi: Koffi): (code: number) => void {
  if (process.platform === 'win32') {
    const end = koffi.load('kernel32.dll').func('TerminateProcess', 'bool', ['intptr_t', 'uint32_t']);
    const thisProcess = -1;
    return (code) => end(thisProcess, code);
  }
  return koffi.load(null).func('_exit', 'void', ['int']) as (code: number) => void;
}

/**
 * Makes this process exit without unloading libraries. The order in which CUDA's and cuDNN's libraries are torn down is undefined: on an
 * H100 (driver 580, cuDNN 9) processes that had computed in float16, and reported all their results, then died of SIGSEGV. The driver
 * frees the device's memory either way. The exit status, and what was written to pipes, arrive as usual.
 */
export function endWithoutTeardown(koffi: Koffi): void {
  if (isArranged) return;
  isArranged = true;
  const end = immediateEnd(koffi);
  process.on('exit', (code) => end(code));
}
