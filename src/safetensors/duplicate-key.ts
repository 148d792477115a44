/** @file Finds duplicate keys: JSON.parse silently keeps the last one, and another reader may keep the first. */

/**
 * The first key that any object in `json` repeats, or undefined.
 * @param json text that JSON.parse accepts
 */
export function duplicateKey(json: string): string | undefined {
  const objects: (Set<string> | undefined)[] = [];
  // Matches a string with a colon after it, if any, or one bracket: nothing else in valid JSON can contain a key.
  for (const [token, literal, colon] of json.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|[{}[\]]/g)) {
    if (token === '{') objects.push(new Set());
    else if (token === '[') objects.push(undefined);
    else if (token === '}' || token === ']') objects.pop();
    else if (literal !== undefined && colon !== undefined) {
      const key = String(JSON.parse(literal));
      const keys = objects.at(-1);
      if (keys?.has(key)) return key;
      keys?.add(key);
    }
  }
  return undefined;
}
