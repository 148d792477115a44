/** @file Conversion between float32 and the two 16-bit float formats. */

const bits = new Uint32Array(1);
const float = new Float32Array(bits.buffer);

/** The float32 bit pattern of an IEEE 754 binary16 pattern. */
function widenHalf(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >> 10) & 0x1f;
  const mantissa = half & 0x3ff;
  if (exponent === 0x1f) return sign | 0x7f800000 | (mantissa << 13);
  if (exponent > 0) return sign | ((exponent + 112) << 23) | (mantissa << 13);
  if (mantissa === 0) return sign;
  const shift = Math.clz32(mantissa) - 21;
  return sign | ((113 - shift) << 23) | (((mantissa << shift) & 0x3ff) << 13);
}

let table: Uint32Array | undefined;

/** All 65,536 binary16 values as float32 patterns: a look-up is faster than branches for each element. */
function halfTable(): Uint32Array {
  table ??= Uint32Array.from({ length: 0x10000 }, (_, half) => widenHalf(half));
  return table;
}

/** Widens binary16 patterns to float32, exactly. */
export function halfToFloat(source: Uint16Array): Float32Array {
  const widened = new Uint32Array(source.length);
  const lookup = halfTable();
  for (let i = 0; i < source.length; i++) widened[i] = lookup[source[i] ?? 0] ?? 0;
  return new Float32Array(widened.buffer);
}

/** Widens bfloat16 patterns to float32, exactly. */
export function brainToFloat(source: Uint16Array): Float32Array {
  const widened = new Uint32Array(source.length);
  for (let i = 0; i < source.length; i++) widened[i] = (source[i] ?? 0) << 16;
  return new Float32Array(widened.buffer);
}

/** The binary16 pattern nearest to a number, ties to even; beyond 65,519 it is infinite. */
function narrow(value: number): number {
  float[0] = value;
  const pattern = bits[0] ?? 0;
  const sign = (pattern >>> 16) & 0x8000;
  const magnitude = pattern & 0x7fffffff;
  if (magnitude >= 0x7f800000) return sign | 0x7c00 | (magnitude > 0x7f800000 ? 0x200 : 0);
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude < 0x33000000) return sign;
  const exponent = magnitude >>> 23;
  // Below 2^-14 a half is subnormal: its last place stays at 2^-24, so more bits are dropped.
  const dropped = exponent < 113 ? 126 - exponent : 13;
  const significand = exponent < 113 ? (magnitude & 0x7fffff) | 0x800000 : magnitude - (112 << 23);
  const kept = significand >>> dropped;
  const rest = significand & ((1 << dropped) - 1);
  const half = 1 << (dropped - 1);
  return sign | (rest > half || (rest === half && (kept & 1) === 1) ? kept + 1 : kept);
}

/** Rounds float32 to binary16, ties to even, as every IEEE 754 conversion does. */
export function floatToHalf(source: Float32Array): Uint16Array {
  return Uint16Array.from(source, narrow);
}

/** Rounds float32 to bfloat16, ties to even. */
export function floatToBrain(source: Float32Array): Uint16Array {
  const patterns = new Uint32Array(source.buffer, source.byteOffset, source.length);
  return Uint16Array.from(patterns, (pattern) => {
    if ((pattern & 0x7fffffff) > 0x7f800000) return (pattern >>> 16) | 0x40;
    return (pattern + 0x7fff + ((pattern >>> 16) & 1)) >>> 16;
  });
}
