/** @file The descriptor file by which clients find a daemon: `daemon.json` in its data folder. */
import { z } from 'zod';

export const descriptor = z
  .object({
    url: z
      .url({ protocol: /^http$/ })
      .describe('`http://127.0.0.1:PORT`. The WebSocket is `ws://127.0.0.1:PORT/socket`, on the same port.'),
    token: z.string().describe('Goes into the header `Authorization: Bearer TOKEN` of every request.'),
    pid: z.int(),
    instance: z.string().describe('New with every start of the daemon.'),
    protocol: z.int(),
  })
  .meta({
    id: 'Descriptor',
    description: 'Content of `daemon.json`, readable by its owner only; there while the daemon runs.',
  });

export type Descriptor = z.output<typeof descriptor>;
