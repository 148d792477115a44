/** @file docs/gpu.md: what was measured on a GPU, with where and when; or that nothing was. */
import type { CheckReport, Finding, Report } from './report.js';
import { checkLine, numeral } from './report-text.js';

const head = `# On a GPU

Written by \`npm run gpu-page\` from the [reports](gpu-reports) of runs of [the kit](../scripts/verify/gpu/README.md); not to be edited.
Each run describes the commit that it names: what a later commit has fixed is shown here as it was found.
`;

/** Text that neither ends a cell nor a row. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replace(/\s*\n\s*/g, ' ');

const outcomes: Readonly<Record<Finding['outcome'], string>> = {
  held: 'held',
  failed: '**failed**',
  measured: '',
  absent: 'not available',
};

function table({ findings }: CheckReport): string[] {
  const columns = [...new Set(findings.flatMap(({ figures = {} }) => Object.keys(figures)))];
  const row = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  const withNotes = findings.some(({ outcome, detail }) => outcome !== 'measured' || detail !== undefined);
  const notes = withNotes ? [''] : [];
  return [
    row(['what', ...columns, ...notes]),
    row(['---', ...columns.map(() => '---:'), ...notes.map(() => '---')]),
    ...findings.map(({ what, outcome, detail, figures = {} }) => {
      const numbers = columns.map((name) => (figures[name] === undefined ? '' : numeral(figures[name])));
      const note = [outcomes[outcome], detail].filter(Boolean).join(': ');
      return row([what, ...numbers, ...(withNotes ? [note] : [])]);
    }),
  ];
}

function section(check: CheckReport): string[] {
  const lines = [`### ${check.title[0]?.toUpperCase()}${check.title.slice(1)}`, ''];
  if (check.state !== 'ended') lines.push(`${cell(checkLine(check))}.`, '');
  return check.findings.length === 0 ? lines : [...lines, ...table(check), ''];
}

/** The page for reports, in their order; without any it says so. */
export function reportsPage(reports: readonly Report[]): string {
  if (reports.length === 0)
    return `${head}\nNo run on a GPU has been made yet: CUDA and WebGPU are proven as far as machines without one allow.\n`;
  return [head, ...reports.flatMap(runSection)].join('\n');
}

function runSection({ kit, machine, begun, device, size, checks }: Report): string[] {
  const { provider } = kit;
  const facts = [
    ['card', machine.gpu],
    ['driver', machine.driver],
    ['processor', `${machine.processor}, ${machine.cores} cores, ${machine.gigabytes.toFixed(0)} GB`],
    ['date', begun.slice(0, 10)],
    ['commit', kit.commit],
    ['ONNX Runtime', kit.onnxruntime],
    ...(provider === undefined ? [] : [['CUDA provider', providerLine(provider)]]),
    [
      'versions',
      Object.entries(machine.versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
    ],
    ['run', `--device ${device}, size ${size}`],
  ];
  const lines = facts.map(([name = '', value = '']) => `| ${name} | ${cell(value)} |`);
  const title = `## ${begun.slice(0, 16).replace('T', ' ')} UTC, ${machine.gpu}`;
  return [title, '', '| | |', '| --- | --- |', ...lines, '', ...checks.flatMap(section)];
}

function providerLine({ wheel, original, architecture, thinned }: NonNullable<Report['kit']['provider']>): string {
  if (thinned === undefined) return `${wheel}, SHA-256 ${original}`;
  return `${wheel}, SHA-256 ${original}; only its code for ${architecture} was taken along: SHA-256 ${thinned}`;
}
