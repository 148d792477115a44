/** @file The report on a dataset, in lines for people. */
import type { DatasetReport } from '../protocol/dataset-report.js';

const listed = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');

/** Files that a note names on the terminal; the JSON report has more. */
const mostFiles = 5;

export function reportLines({ images, formats, captions, framings, faces, visits, notes }: DatasetReport): string[] {
  const { files, facts, generated, encodings } = captions;
  const sources = [
    ...(files > 0 ? [`${files} from files (${listed(encodings)})`] : []),
    ...(facts > 0 ? [`${facts} given`] : []),
    ...(generated > 0 ? [`${generated} generated`] : []),
  ];
  const seen =
    visits === undefined ? '' : `; each is seen ${visits < 10 ? visits.toFixed(1) : Math.round(visits)} times`;
  return [
    `dataset   ${images} image${images === 1 ? '' : 's'} (${listed(formats)})`,
    `crops     ${listed(framings)}${seen}`,
    `captions  ${sources.join(', ')}`,
    `faces     ${listed(faces)}`,
    ...notes.flatMap(({ message, files: about, count }) => [
      `! ${message}`,
      ...about.slice(0, mostFiles).map((file) => `    ${file}`),
      ...(count > mostFiles ? [`    and ${count - mostFiles} more`] : []),
    ]),
  ];
}
