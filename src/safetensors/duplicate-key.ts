/** @file Finds a key that occurs twice: JSON.parse keeps the last one silently, and another reader may keep the first. */

/**
 * The first key that an object within `json` repeats, or undefined.
 * @param json text that JSON.parse accepts
 */
export function duplicateKey(json: string): string | undefined {
  const objects: (Set<string> | undefined)[] = [];
  // Strings with what follows them, or one bracket: everything else in valid JSON cannot hold a key.
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
