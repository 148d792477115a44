/** @file How a field of the schema is declared, read and written in C#. */

import { jobDescription } from '../../src/protocol/job.js';
import { uuidPattern } from '../../src/protocol/message.js';
import { framing } from '../../src/protocol/shot.js';
import type { Patterns } from './csharp-pattern.js';
import type { Field } from './schema.js';

export interface Type {
  /** As declared, without a question mark. */
  readonly name: string;
  /** Reads a JsonValue: what follows the dot. */
  readonly read: string;
  /** Makes a JToken of the value `value`, for the entries of lists and maps. */
  readonly token: string;
  /** The method of JsonFieldWriter that writes the field `name` with the value `value`. */
  readonly write: (name: string, value: string) => string;
  /** Initial value of a required property; empty where C# has a default itself. */
  readonly initial: string;
}

/** Enumerations that several fields share, some with a part of their values. */
const shared: Readonly<Record<string, readonly string[]>> = {
  Framing: framing.options,
  JobState: jobDescription.shape.state.options,
};

export const pascalCase = (name: string): string =>
  name.replace(/(?:^|[-_.])(\w)/g, (_, letter: string) => letter.toUpperCase());

const unsafe = Number.MAX_SAFE_INTEGER;

/** A number as a C# literal. */
const literal = (value: number): string => (Math.abs(value) >= 2 ** 31 ? `${value}L` : String(value));

function call(method: string, options: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return `${method}(${given.map(([name, value]) => `${name}: ${typeof value === 'number' ? literal(value) : value}`).join(', ')})`;
}

/** Knows the types of all fields, and which enumerations and patterns they need. */
export class Types {
  /** Name → values in JSON. */
  readonly enums = new Map<string, readonly string[]>();
  readonly #patterns: Patterns;

  constructor(patterns: Patterns) {
    this.#patterns = patterns;
  }

  /** The type of a field called `name` in `owner`. Throws RangeError for a kind of field that has no C# counterpart yet. */
  of(field: Field, owner: string, name: string): Type {
    if (field.$ref !== undefined) return this.#object(field.$ref.replace('#/$defs/', ''));
    if (field.enum !== undefined) return this.#choice(field.enum.map(String), owner, name);
    if (field.type === 'string') return this.#text(field, owner, name);
    if (field.type === 'integer') return this.#integer(field);
    if (field.type === 'number') return this.#number(field);
    if (field.type === 'boolean') return plain('bool', 'Flag()', 'new JValue(value)');
    if (field.type === 'array') return this.#list(this.of(field.items ?? {}, owner, name), field);
    if (field.type === 'object' && field.additionalProperties)
      return this.#map(field, field.additionalProperties, owner, name);
    throw new RangeError(`${owner}.${name}: no C# for ${JSON.stringify(field)}`);
  }

  #object(name: string): Type {
    return plain(name, `As(${name}.Read)`, 'value.ToJObject()', ` = new ${name}();`);
  }

  #choice(values: readonly string[], owner: string, field: string): Type {
    const [name, all] = Object.entries(shared).find(([, options]) =>
      values.every((value) => options.includes(value)),
    ) ?? [`${owner}${pascalCase(field)}`, values];
    this.enums.set(name, all);
    const allowed =
      values.length === all.length ? '' : values.map((value) => `${name}.${pascalCase(value)}`).join(', ');
    return {
      name,
      read: `Choice<${name}>(${allowed})`,
      token: 'JsonFieldWriter.Choice(value)',
      write: (key, value) => `fields.Choice<${name}>("${key}", ${value});`,
      initial: '',
    };
  }

  #text({ minLength: min, maxLength: max, pattern, format }: Field, owner: string, name: string): Type {
    if (format === 'uri') return plain('string', 'HttpUrl()', 'new JValue(value)', ' = "";');
    const title = pattern === uuidPattern.source ? 'Uuid' : `${owner}${pascalCase(name)}`;
    const reference = pattern === undefined ? undefined : this.#patterns.refer(pattern, title);
    return plain('string', call('Text', { min, max, pattern: reference }), 'new JValue(value)', ' = "";');
  }

  #integer({ minimum, maximum, multipleOf }: Field): Type {
    const min = minimum === -unsafe ? undefined : minimum;
    const max = maximum === unsafe ? undefined : maximum;
    return plain('long', call('Integer', { min, max, multipleOf }), 'new JValue(value)');
  }

  #number({ minimum: min, maximum: max, exclusiveMinimum: above }: Field): Type {
    return plain('double', call('Number', { min, max, above }), 'JsonFieldWriter.Number(value)');
  }

  #list(item: Type, { minItems: min, maxItems: max }: Field): Type {
    return {
      name: `List<${item.name}>`,
      read: call('List', { read: `value => value.${item.read}`, min, max }),
      token: '',
      write: (key, value) => `fields.List("${key}", ${value}, value => ${item.token});`,
      initial: ` = new List<${item.name}>();`,
    };
  }

  #map({ propertyNames, maxProperties: max }: Field, values: Field, owner: string, name: string): Type {
    const value = this.of(values, owner, name);
    const pattern = propertyNames?.pattern;
    const names = pattern === undefined ? undefined : this.#patterns.refer(pattern, `${owner}${pascalCase(name)}`);
    return {
      name: `Dictionary<string, ${value.name}>`,
      read: call('Map', { read: `value => value.${value.read}`, names, max }),
      token: '',
      write: (key, property) => `fields.Map("${key}", ${property}, value => ${value.token});`,
      initial: ` = new Dictionary<string, ${value.name}>();`,
    };
  }
}

const plain = (name: string, read: string, token: string, initial = ''): Type => ({
  name,
  read,
  token,
  write: (key, value) => `fields.Add("${key}", ${value});`,
  initial,
});
