/**
 * @file A process of its own that measures how long a well-behaved client waits, so that the attackers' work does not count.
 * Argument: data folder. Each message of the parent ends a window; the answer is the latencies in it, in milliseconds.
 */
import { Client } from './client.js';

const everyMilliseconds = 10;

const client = await Client.connect(process.argv[2] ?? '');
let latencies: number[] = [];
const underWay = new Set<number>();

async function ask(): Promise<void> {
  const sentAt = performance.now();
  underWay.add(sentAt);
  await client.request({ type: 'ping' });
  underWay.delete(sentAt);
  latencies.push(performance.now() - sentAt);
}

// Sent on schedule, whether the last one was answered or not: else one long wait would count as one slow answer.
const timer = setInterval(() => void ask().catch(() => {}), everyMilliseconds);

process.on('message', () => {
  const now = performance.now();
  // Who still waits has waited that long at least.
  process.send?.([...latencies, ...[...underWay].map((sentAt) => now - sentAt)]);
  latencies = [];
  underWay.clear();
});
process.on('disconnect', () => {
  clearInterval(timer);
  client.close();
});
process.send?.([]);
