/** @file The report as text and as a page. */
import { expect, test } from 'vitest';
import { holds, type Report } from '../../../scripts/verify/gpu/report.js';
import { reportsPage } from '../../../scripts/verify/gpu/report-page.js';
import { reportText } from '../../../scripts/verify/gpu/report-text.js';

const report = (state: Report['checks'][number]['state'], outcome: 'held' | 'failed'): Report => ({
  kit: {
    commit: 'abc',
    packed: '2026-01-02',
    onnxruntime: '1.30.0',
    provider: { wheel: 'w.whl', original: '11', architecture: 'sm_90', thinned: '22' },
  },
  machine: { gpu: 'NVIDIA X', driver: '580.1', processor: 'P', cores: 4, gigabytes: 8, versions: { Node: '22' } },
  begun: '2026-01-02T03:04:05Z',
  device: 'cuda',
  size: 'full',
  checks: [
    {
      name: 'step',
      title: 'a step',
      state,
      ...(state === 'cut' ? { detail: 'at its limit of 9 s' } : {}),
      seconds: 9,
      findings: [
        { what: 'native', outcome: 'measured', figures: { 'step (s)': 0.123456, 'device (GB)': 4.2 } },
        { what: 'PyTorch', outcome: 'measured', figures: { 'step (s)': 0.2 } },
        { what: 'it | learns', outcome, detail: 'why\nnot' },
      ],
    },
    { name: 'more', title: 'more', state: 'left out', detail: 'its turn did not come', findings: [] },
  ],
});

test('holds when all checks that started ended and held', () => {
  expect(holds(report('ended', 'held'))).toBe(true);
  expect(holds(report('ended', 'failed'))).toBe(false);
  expect(holds(report('cut', 'held'))).toBe(false);
  expect(holds(report('crashed', 'held'))).toBe(false);
  expect(holds(report('running', 'held'))).toBe(false);
});

test('the text names what failed, what was cut and what was left out', () => {
  const text = reportText(report('cut', 'failed'));
  expect(text).toContain('step: a step in 9.0 s — CUT: at its limit of 9 s');
  expect(text).toContain('✗ it | learns\n      why\nnot');
  expect(text).toContain('more: more — LEFT OUT: its turn did not come');
  expect(text).toContain('thinned to sm_90: SHA-256 11 → 22');
  expect(text).toContain('not ended');
});

test('the page has a table for each check, with card, driver, date and commit', () => {
  const page = reportsPage([report('ended', 'held')]);
  expect(page).toContain('| card | NVIDIA X |');
  expect(page).toContain('| driver | 580.1 |');
  expect(page).toContain('| date | 2026-01-02 |');
  expect(page).toContain('| commit | abc |');
  expect(page).toContain('| what | step (s) | device (GB) |  |');
  expect(page).toContain('| native | 0.1235 | 4.2 |  |');
  expect(page).toContain('| PyTorch | 0.2 |  |  |');
  expect(page).toContain('| it \\| learns |  |  | held: why not |');
});

test('the page says so where there was no run', () => {
  expect(reportsPage([])).toContain('No run on a GPU has been made yet');
});
