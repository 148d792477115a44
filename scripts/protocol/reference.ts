/** @file The reference part of PROTOCOL.md: a table, an example and the answer of each message, a table of each type. */
import { answers } from '../../src/protocol/answers.js';
import { clientMessages } from '../../src/protocol/client-messages.js';
import { daemonMessages } from '../../src/protocol/daemon-messages.js';
import { uuidPattern } from '../../src/protocol/message.js';
import { formatExample } from './example.js';
import { clientSamples, daemonSamples, descriptorSample, previewSample, shotSample } from './samples.js';
import { type Definition, definitions, type Field } from './schema.js';

type Message = (typeof clientMessages)[number] | (typeof daemonMessages)[number];

/** Text in a cell of a table. */
export const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const nameOf = (message: Message): string => message.meta()?.id ?? '';
const typeNameOf = (message: Message): string => message.shape.type.value;
const link = (type: string): string => `[\`${type}\`](#${type.replaceAll('.', '')})`;

/** Links to the descriptions of messages. */
export const linksTo = (messages: readonly Message[]): string =>
  messages.map((message) => link(typeNameOf(message))).join(', ');

function typeOf(field: Field): string {
  if (field.$ref !== undefined) {
    const name = field.$ref.replace('#/$defs/', '');
    return `[${name}](#${name.toLowerCase()})`;
  }
  if (field.const !== undefined) return `\`${JSON.stringify(field.const)}\``;
  if (field.enum !== undefined) return field.enum.map((value) => `\`${JSON.stringify(value)}\``).join(' or ');
  if (field.type === 'array') return `array of ${typeOf(field.items ?? {})}`;
  if (field.type === 'object') return `object of ${typeOf(field.additionalProperties || {})}`;
  return field.type ?? 'any';
}

/** With the flag that a class of Unicode characters needs. */
const patternOf = (pattern: string): string =>
  pattern === uuidPattern.source ? 'UUID in lower case' : `\`/${pattern}/${pattern.includes('\\p') ? 'u' : ''}\``;

/** What a value may be beyond its type. */
function rangeOf(field: Field): string {
  const parts: string[] = [];
  const { minimum, maximum, exclusiveMinimum, minLength, maxLength, minItems, maxItems, multipleOf } = field;
  if (minimum !== undefined && minimum !== -Number.MAX_SAFE_INTEGER) parts.push(`≥ ${minimum}`);
  if (exclusiveMinimum !== undefined) parts.push(`> ${exclusiveMinimum}`);
  if (maximum !== undefined && maximum !== Number.MAX_SAFE_INTEGER) parts.push(`≤ ${maximum}`);
  if (multipleOf !== undefined) parts.push(`multiple of ${multipleOf}`);
  if (minLength !== undefined || maxLength !== undefined)
    parts.push(`${minLength ?? 0} to ${maxLength ?? '∞'} characters`);
  if (field.maxProperties !== undefined) parts.push(`at most ${field.maxProperties} entries`);
  if (minItems !== undefined || maxItems !== undefined) parts.push(`${minItems ?? 0} to ${maxItems ?? '∞'} entries`);
  if (field.pattern !== undefined) parts.push(patternOf(field.pattern));
  if (field.items?.pattern !== undefined) parts.push(`each ${patternOf(field.items.pattern)}`);
  if (field.propertyNames?.pattern !== undefined) parts.push(`keys ${patternOf(field.propertyNames.pattern)}`);
  if (field.default !== undefined) parts.push(`default \`${JSON.stringify(field.default)}\``);
  return parts.join(', ');
}

const exampleOf = (sample: object): string => `\`\`\`json\n${formatExample(sample)}\n\`\`\``;

function tableOf({ properties, required }: Definition): string {
  const rows = Object.entries(properties).map(([key, field]) => {
    const optional = required.includes(key) ? '' : ' (optional)';
    const notes = [field.description ?? '', rangeOf(field)].filter((text) => text !== '').join(' · ');
    return `| \`${key}\`${optional} | ${cell(typeOf(field))} | ${cell(notes)} |`;
  });
  return ['| field | type | notes |', '|---|---|---|', ...rows].join('\n');
}

function definitionOf(name: string): Definition {
  const definition = definitions[name];
  if (definition === undefined) throw new RangeError(`The schema has no definition of ${name}.`);
  return definition;
}

const samples: Readonly<Record<string, object>> = { ...clientSamples, ...daemonSamples };

/** Of types that a client meets by themselves. */
const typeSamples: Readonly<Record<string, object>> = {
  ShotMetadata: shotSample,
  PreviewMetadata: previewSample,
  Descriptor: descriptorSample,
};

function describeMessage(message: Message): string {
  const [name, type] = [nameOf(message), typeNameOf(message)];
  const answer: string | undefined = (answers as Readonly<Record<string, string>>)[type];
  const sample = samples[type];
  if (sample === undefined) throw new RangeError(`There is no sample of ${type}.`);
  return [
    `### <a id="${name.toLowerCase()}"></a>\`${type}\``,
    definitionOf(name).description,
    ...(answer === undefined ? [] : [`Answered by ${link(answer)}, or by ${link('request.failed')}.`]),
    tableOf(definitionOf(name)),
    exampleOf(sample),
    '',
  ].join('\n\n');
}

/** A heading, a table, an example, and for a request its answer, of each message. */
export const describeMessages = (messages: readonly Message[]): string => messages.map(describeMessage).join('');

/** A heading and a table of each type that is no message. */
export function describeTypes(): string {
  const messages = new Set([...clientMessages, ...daemonMessages].map(nameOf));
  return Object.entries(definitions)
    .filter(([name]) => !messages.has(name))
    .map(([name, definition]) => {
      const sample = typeSamples[name];
      const example = sample === undefined ? [] : [exampleOf(sample)];
      return [`### ${name}`, definition.description, tableOf(definition), ...example, ''].join('\n\n');
    })
    .join('');
}
