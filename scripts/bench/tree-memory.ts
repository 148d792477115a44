/** @file Peak memory of a process and all its descendants, on Linux. */
import { readdirSync, readFileSync } from 'node:fs';

const everyMilliseconds = 250;

/** What a file of /proc holds; nothing when the process has just ended. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function descendants(root: number): Set<number> {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    // Behind the name in parentheses, which may hold anything: state, parent.
    const parent = read(`/proc/${name}/stat`).split(') ').at(-1)?.split(' ')[1];
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  const tree = new Set([root]);
  for (let before = 0; before < tree.size; ) {
    before = tree.size;
    for (const [child, parent] of parents) if (tree.has(parent)) tree.add(child);
  }
  return tree;
}

/** Bytes of the whole tree now. A page that several processes map counts once: each has its share (`Pss`). */
function bytesOf(root: number): number {
  let kibibytes = 0;
  for (const pid of descendants(root)) {
    kibibytes += Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0);
  }
  return kibibytes * 1024;
}

/**
 * Looks at the tree four times a second until `stop`, which returns the most bytes that it held.
 * @param onLook receives each time what the tree holds
 */
export function watchMemory(root: number, onLook: (bytes: number) => void = () => {}): { stop(): number } {
  let peak = 0;
  const timer = setInterval(() => {
    const bytes = bytesOf(root);
    peak = Math.max(peak, bytes);
    onLook(bytes);
  }, everyMilliseconds);
  return {
    stop() {
      clearInterval(timer);
      return peak;
    },
  };
}
