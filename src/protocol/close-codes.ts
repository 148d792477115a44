/** @file Why the daemon closes a connection. A request that fails never does. */

export const closeCodes = {
  shutdown: { code: 1001, meaning: 'The daemon stops. Reconnect once its descriptor file is there again.' },
  busy: { code: 1013, meaning: 'Too much data is arriving at once. Reconnect and send it again.' },
  tooBig: { code: 1009, meaning: 'A frame is longer than the limits allow.' },
  malformed: {
    code: 4000,
    meaning: 'A frame is not what the protocol says, and names neither a request nor a shot that could be refused.',
  },
  version: { code: 4001, meaning: 'Client and daemon speak different protocol versions. Update the older one.' },
  unidentified: { code: 4002, meaning: 'The first message was not `identify`, or it did not come in time.' },
  credit: { code: 4003, meaning: 'More shots were under way than the welcome message granted.' },
  timeout: { code: 4004, meaning: 'Nothing was received from the client for too long.' },
} as const;

export type CloseReason = keyof typeof closeCodes;
