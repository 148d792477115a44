/** @file A daemon in a process of its own, for tests that kill it. Arguments: data folder, seconds until idle exit (0: never). */
import { startDaemon } from '../../src/daemon/daemon.js';
import { stopOnSignals } from '../../src/daemon/signals.js';
import { fakes } from './fakes.js';

const [home = '', idle = '0'] = process.argv.slice(2);
const idleExitSeconds = Number(idle);
const daemon = await startDaemon({
  home,
  ...fakes,
  stopSeconds: 10,
  ...(idleExitSeconds > 0 ? { idleExitSeconds } : {}),
});
stopOnSignals(daemon);
console.log(daemon.url);
await daemon.closed;
console.log('closed');
