/** @file Command-line flags made from a zod schema, so that every option is described, checked and defaulted in one place. */
import { type Command, Option } from 'commander';
import type { z } from 'zod';
import { flagError } from './flag-error.js';

type Shape = Record<string, z.ZodType>;

/** `learningRate` as `--learning-rate`. */
export const flagName = (field: string): string =>
  `--${field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** The type of a field without its default and optional wrappers. */
function inner(field: z.ZodType): {
  type: string;
  defaultValue: unknown;
  description: string;
  /** A list whose values come from repeating the flag. */
  repeated: boolean;
} {
  let current = field;
  let defaultValue: unknown;
  let description = '';
  let repeated = false;
  for (;;) {
    description ||= current.description ?? '';
    repeated ||= current.meta()?.repeated === true;
    const definition = current.def as z.core.$ZodTypeDef & { innerType?: z.ZodType; defaultValue?: unknown };
    if (definition.type === 'default') defaultValue = definition.defaultValue;
    if (definition.innerType === undefined) return { type: definition.type, defaultValue, description, repeated };
    current = definition.innerType;
  }
}

/** Adds one flag for each field of `shape`: `learningRate` becomes `--learning-rate <number>`. */
export function addFlags(command: Command, shape: Shape): Command {
  for (const [name, field] of Object.entries(shape)) {
    const { type, defaultValue, description, repeated } = inner(field);
    const list = repeated ? ' <value>' : ' <list>';
    const value = type === 'boolean' ? '' : type === 'array' ? list : type === 'number' ? ' <number>' : ' <value>';
    const option = new Option(`${flagName(name)}${value}`, description);
    if (repeated) option.argParser((given: string, earlier: string[] = []) => [...earlier, given]);
    // Only in the help text: a flag that is not given stays absent, so that defaults are set by the schema alone.
    else if (defaultValue !== undefined && type !== 'boolean')
      option.description += ` (default: ${String(defaultValue)})`;
    command.addOption(option);
  }
  return command;
}

/**
 * The values that `schema` makes of the flags given.
 * @throws LoraBridgeError `input.option.invalid`, naming the flag.
 */
export function readFlags<Schema extends z.ZodObject>(
  schema: Schema,
  flags: Record<string, unknown>,
): z.output<Schema> {
  const given: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(schema.shape as Shape)) {
    const value = flags[name];
    if (value === undefined) continue;
    const { type, repeated } = inner(field);
    if (type === 'number') given[name] = value === '' ? Number.NaN : Number(value);
    else if (type === 'array' && !repeated)
      given[name] = String(value)
        .split(',')
        .map((item) => item.trim());
    else given[name] = value;
  }
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const name = String(result.error.issues[0]?.path[0] ?? '');
  const field = (schema.shape as Shape)[name];
  const description = field === undefined ? '' : inner(field).description;
  throw flagError(flagName(name), flags[name], { error: result.error, description });
}
