/** @file A wheel: the zip archive in which Python's package index distributes programs and libraries. */

/** A wheel whose bytes are known beforehand. */
export interface Wheel {
  /** Name of the package on the index. */
  readonly distribution: string;
  readonly version: string;
  /** Name of its file. */
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
}
