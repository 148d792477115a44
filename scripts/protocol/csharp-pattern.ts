/** @file Regular expressions of the schema as C# ones that match the same strings. */

/** JavaScript's classes are ASCII where .NET's are Unicode, and .NET's white space lacks one character of JavaScript's. */
const classes: Readonly<Record<string, string>> = { d: '0-9', w: 'A-Za-z0-9_', s: '\\s\\uFEFF' };

/** The pattern for .NET. The schema's patterns are those of JavaScript, with or without the flag `u`. */
function translate(pattern: string): string {
  let inClass = false;
  let result = '';
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern.charAt(at);
    if (character === '\\') {
      const letter = pattern.charAt(++at);
      const replacement = classes[letter];
      if (replacement === undefined) result += letter === '/' ? '/' : `\\${letter}`;
      else result += inClass ? replacement : `[${replacement}]`;
      continue;
    }
    if (character === '[') inClass = true;
    else if (character === ']') inClass = false;
    // .NET's $ also matches before a line break at the end.
    result += character === '$' && !inClass ? '\\z' : character;
  }
  return result;
}

/** Gives each pattern a field in the C# class `Patterns`. */
export class Patterns {
  readonly #names = new Map<string, string>();

  /** The expression by which generated code refers to a pattern; `name` in PascalCase is what it is called when it is new. */
  refer(pattern: string, name: string): string {
    const known = this.#names.get(pattern);
    if (known !== undefined) return `Patterns.${known}`;
    const taken = new Set(this.#names.values());
    let free = name;
    for (let number = 2; taken.has(free); number++) free = `${name}${number}`;
    this.#names.set(pattern, free);
    return `Patterns.${free}`;
  }

  /** The members of the class. */
  declare(): string[] {
    return [...this.#names].map(
      ([pattern, name]) =>
        `public static readonly Regex ${name} = new Regex(@"${translate(pattern).replaceAll('"', '""')}", RegexOptions.CultureInvariant);`,
    );
  }
}
