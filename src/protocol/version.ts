/** @file The protocol's version and its limits, which both sides know beforehand. */

/** Changes only when an old client could no longer work with a new daemon. Added fields and messages are no break. */
export const protocolVersion = 1;

const shotBytes = 64 << 20;
const metadataBytes = 64 << 10;

export const limits = {
  /** Bytes of one text message. */
  textBytes: 1 << 20,
  /** Bytes of one picture. */
  shotBytes,
  /** Bytes of the JSON metadata in a binary frame. */
  metadataBytes,
  /** Bytes of one binary frame: its head of 6 bytes, metadata and picture. */
  frameBytes: 6 + metadataBytes + shotBytes,
  /** Shots that may be under way (sent, neither acknowledged nor refused) on one connection. */
  credits: 64,
  /** Seconds between two pings of the daemon. */
  heartbeatSeconds: 15,
  /** Seconds without any sign of life after which the daemon drops a connection. */
  silenceSeconds: 45,
  /** Seconds within which a new connection has to identify itself. */
  identifySeconds: 30,
} as const;
