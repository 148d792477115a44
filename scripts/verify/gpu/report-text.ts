/** @file A report in words. */
import type { CheckReport, Finding, Report } from './report.js';

const marks: Readonly<Record<Finding['outcome'], string>> = { held: '✓', failed: '✗', measured: '·', absent: '–' };

/** A number with as many digits as say something. */
export const numeral = (value: number): string =>
  value !== 0 && Math.abs(value) < 0.001 ? value.toExponential(1) : String(Number(value.toPrecision(4)));

export function findingLine({ what, outcome, detail, figures = {} }: Finding): string {
  const numbers = Object.entries(figures).map(([name, value]) => `${name} ${numeral(value)}`);
  return `  ${marks[outcome]} ${[what, ...numbers].join('   ')}${detail === undefined ? '' : `\n      ${detail}`}`;
}

/** The heading of a check: its name, what it is, and how it ended. */
export function checkLine({ name, title, state, seconds, detail }: CheckReport): string {
  const time = seconds === undefined ? '' : ` in ${seconds.toFixed(1)} s`;
  const end = state === 'ended' ? '' : ` — ${state.toUpperCase()}${detail === undefined ? '' : `: ${detail}`}`;
  return `${name}: ${title}${time}${end}`;
}

/** Who and where: a line for each. */
export function machineLines({ kit, machine, begun, device, size }: Report): string[] {
  const { provider } = kit;
  const thinned =
    provider?.thinned === undefined
      ? ''
      : `, thinned to ${provider.architecture}: SHA-256 ${provider.original} → ${provider.thinned}`;
  return [
    `${begun}, --device ${device}, size ${size}`,
    `commit ${kit.commit}, ONNX Runtime ${kit.onnxruntime}`,
    ...(provider === undefined ? [] : [`CUDA provider of ${provider.wheel}${thinned}`]),
    `${machine.gpu}, driver ${machine.driver}; ${machine.processor}, ${machine.cores} cores, ${machine.gigabytes.toFixed(0)} GB`,
    Object.entries(machine.versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', '),
  ];
}

/** The whole report. */
export function reportText(report: Report): string {
  const checks = report.checks.flatMap((check) => [checkLine(check), ...check.findings.map(findingLine), '']);
  const end = report.ended === undefined ? 'not ended' : `ended ${report.ended}`;
  return `${[...machineLines(report), '', ...checks, end].join('\n')}\n`;
}
