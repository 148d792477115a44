/**
 * @file Compares the positions in `src/graph/runtime/c-api/functions.ts` with onnxruntime_c_api.h. The header is in Debian's package
 * libonnxruntime-dev, among others; it was last compared with that of ONNX Runtime 1.23.2.
 *
 *     npx tsx scripts/verify/onnxruntime-api.ts HEADER
 */
import { readFileSync } from 'node:fs';
import { apiVersion, functions } from '../../src/graph/runtime/c-api/functions.js';

/** Names of the functions of `struct OrtApi`, in its order. */
function namesOf(header: string): string[] {
  const code = header.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, '');
  const start = code.indexOf('struct OrtApi {');
  const end = code.indexOf('\n};', start);
  if (start < 0 || end < 0) throw new Error('There is no struct OrtApi.');
  const member =
    /ORT_API2_STATUS\(\s*(\w+)|ORT_CLASS_RELEASE2?\(\s*(\w+)|ORT_API_T\([^,]*,\s*(\w+)|\(ORT_API_CALL\s*\*\s*(\w+)\)\s*\(/g;
  return Array.from(
    code.slice(start, end).matchAll(member),
    ([, status, released, typed, plain]) => status ?? (released && `Release${released}`) ?? typed ?? plain ?? '',
  );
}

const [path] = process.argv.slice(2);
if (path === undefined) throw new Error('Name the header: npx tsx scripts/verify/onnxruntime-api.ts HEADER');
const header = readFileSync(path, 'utf8');
const version = Number(/#define ORT_API_VERSION (\d+)/.exec(header)?.[1]);
const names = namesOf(header);
const wrong = Object.entries(functions).filter(([name, { index }]) => names[index] !== name);
for (const [name, { index }] of wrong) console.log(`${name} is at ${names.indexOf(name)}, not at ${index}.`);
console.log(
  `Version ${version} of the API has ${names.length} functions; of ${Object.keys(functions).length} here, ${wrong.length} are elsewhere.`,
);
if (wrong.length > 0 || version < apiVersion) process.exitCode = 1;
