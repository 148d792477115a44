/** @file What a part of the daemon needs to write its log. */

export interface Log {
  info(message: string): void;
  warn(message: string): void;
  error(message: string, cause?: unknown): void;
}
