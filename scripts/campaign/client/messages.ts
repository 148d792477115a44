/** @file The fields of messages that the campaign reads, as protocol/PROTOCOL.md documents them. */

export interface WireError {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
}

export interface JobDescription {
  readonly id: string;
  readonly state: string;
  readonly resumable: boolean;
  readonly out?: string;
  readonly step?: number;
  readonly files?: readonly string[];
  readonly error?: WireError;
}

export interface ShotDescription {
  readonly id: string;
  readonly sha256: string;
  readonly state: 'stored' | 'inspected' | 'rejected';
  readonly url: string;
  readonly error?: WireError;
}

/** Any message of the daemon. */
export interface Message {
  readonly type: string;
  readonly request?: string;
  readonly id?: string;
  readonly status?: string;
  readonly sequence?: number;
  readonly error?: WireError;
  readonly epoch?: string;
  readonly credits?: number;
  readonly replayFrom?: number;
  readonly job?: string | JobDescription;
  readonly jobs?: readonly JobDescription[];
  readonly shot?: string | ShotDescription;
  readonly shots?: readonly ShotDescription[];
}

export const terminalStates: readonly string[] = ['succeeded', 'failed', 'cancelled', 'interrupted'];

export const identify = { type: 'identify', protocol: 1, client: 'campaign', clientVersion: '1' } as const;

/** A request or a shot that the daemon did not carry out. */
export class Refused extends Error {
  readonly code: string;
  readonly retryable: boolean;

  constructor({ code, message, retryable }: WireError) {
    super(`${code}: ${message}`);
    this.code = code;
    this.retryable = retryable;
  }
}

/** The connection ended before the answer. */
export class ConnectionLost extends Error {}
