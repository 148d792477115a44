/**
 * @file Starts a program that outlives its parent: `LORA_BRIDGE_START=[LOG, PROGRAM, ...ARGUMENTS] node start-daemon.cjs`.
 * Prints its process id (0 when it runs inside a shell) and stays for as long as its input is open, to report an early exit; a line of
 * input kills the program. The arguments come by the environment, because every system quotes command lines differently.
 */
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const { LORA_BRIDGE_START, ...rest } = process.env;
const [log, given, ...args] = JSON.parse(LORA_BRIDGE_START);
// npm's links to scripts run with this Node, whatever PATH says, and with the options in their shebang line.
const target = fs.realpathSync(given);
const isScript = /\.[cm]?js$/i.test(target);
// Other links keep their name: some launchers, such as Volta's, are one program that goes by the name it was started with.
const program = isScript ? target : given;
const isBatch = /\.(cmd|bat)$/i.test(program);
const data = path.dirname(path.dirname(log));
fs.mkdirSync(data, { recursive: true, mode: 0o700 });
fs.mkdirSync(path.dirname(log), { recursive: true });
const out = fs.openSync(log, 'a');
const firstLine = isScript ? /^#!.*\bnode\b(.*)/.exec(fs.readFileSync(program, 'utf8')) : null;
const options = (firstLine?.[1] ?? '').split(/\s+/).filter(Boolean);
const command = isScript ? process.execPath : isBatch ? `""${program}""` : program;
const child = spawn(command, isScript ? [...options, program, ...args] : args, {
  // Not this file's folder, which Unity replaces when the package is updated.
  cwd: data,
  detached: true,
  windowsHide: true,
  shell: isBatch,
  env: { ...rest, PATH: path.dirname(process.execPath) + path.delimiter + process.env.PATH },
  stdio: ['ignore', out, out],
});
child.on('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
child.on('exit', () => process.exit());
child.on('spawn', () => console.log(isBatch ? 0 : child.pid));
process.stdin.on('data', () => child.kill('SIGKILL'));
process.stdin.on('end', () => process.exit());
