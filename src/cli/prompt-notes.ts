/** @file What of a prompt will not do what its writer expects: other programs' syntax, and words beyond CLIP's limit. */

/** Syntax of other programs that reaches the text encoder as plain text here. */
const unsupported: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['an extra network', /<[a-z_]+:[^<>]*>/i],
  ['emphasis', /\([^()]*:\s*-?\d*\.?\d+\s*\)|\({2}[^()]+\){2}/],
  ['prompt editing', /\[[^[\]]*:[^[\]]*\]|\[[^[\]|]*\|[^[\]]*\]/],
  ['a separator', /\bBREAK\b|(?<=\S\s+)AND(?=\s+\S)/],
  ['a wildcard', /\{[^{}|]*\|[^{}]*\}|__[\w/-]+__/],
];

/**
 * What to say about a prompt.
 * @param name of the prompt, such as `prompt`
 * @param dropped how many tokens the text encoder ignores
 */
export function promptNotes(name: string, prompt: string, dropped: number): string[] {
  const notes = unsupported.flatMap(([kind, pattern]) => {
    const [found] = pattern.exec(prompt) ?? [];
    return found === undefined ? [] : [`the ${name} has ${kind}, which is not supported and read as words: ${found}`];
  });
  return dropped > 0 ? [...notes, `the ${name} is too long: its last ${dropped} tokens are ignored`] : notes;
}
