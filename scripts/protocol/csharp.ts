/** @file The C# message types, made of the same schema as everything under `protocol/`. */
import { answers } from '../../src/protocol/answers.js';
import { clientMessages } from '../../src/protocol/client-messages.js';
import { daemonMessages } from '../../src/protocol/daemon-messages.js';
import { durableEvents } from '../../src/protocol/events.js';
import { protocolVersion } from '../../src/protocol/version.js';
import { Patterns } from './csharp-pattern.js';
import { pascalCase, Types } from './csharp-type.js';
import { type Definition, definitions, type Field } from './schema.js';

const nameOf = (message: { meta(): { id?: string | undefined } | undefined }): string => message.meta()?.id ?? '';
const clientNames = clientMessages.map(nameOf);
const eventNames = durableEvents.map(nameOf);
const daemonNames = daemonMessages.map(nameOf);

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Text as a doc comment; code between backquotes becomes `<c>`. */
function summary(text: string): string {
  return `/// <summary>${escapeXml(text).replace(/`([^`]*)`/g, '<c>$1</c>')}</summary>`;
}

const patterns = new Patterns();
const types = new Types(patterns);

interface Property {
  readonly key: string;
  readonly field: Field;
  readonly name: string;
  readonly required: boolean;
  readonly type: ReturnType<Types['of']>;
}

/** What the class of a message is derived from, and which of its fields that has already. */
function baseOf(name: string, { properties }: Definition): { base: string; inherited: readonly string[] } {
  const type = properties.type?.const;
  if (clientNames.includes(name)) {
    const answer = Object.entries(answers).find(([request]) => request === type)?.[1];
    if (answer === undefined) return { base: 'ClientMessage', inherited: [] };
    return { base: `ClientRequest<${pascalCase(answer)}>`, inherited: ['request'] };
  }
  if (eventNames.includes(name)) return { base: 'DurableEvent', inherited: ['sequence', 'time'] };
  if (daemonNames.includes(name) && properties.request !== undefined)
    return { base: 'AnswerMessage', inherited: ['request'] };
  return { base: daemonNames.includes(name) ? 'DaemonMessage' : 'ProtocolObject', inherited: [] };
}

function documentationOf({ field, required }: Property): string {
  const { description = '', default: standard } = field;
  const notes = [description];
  if (standard !== undefined) notes.push(`When null: \`${JSON.stringify(standard)}\`.`);
  else if (!required) notes.push('Null when absent.');
  return notes.filter((text) => text !== '').join(' ');
}

function declareClass(name: string, definition: Definition): string[] {
  const { description, properties, required, additionalProperties } = definition;
  const { base, inherited } = baseOf(name, definition);
  const constants = Object.entries(properties).filter(([, field]) => field.const !== undefined);
  const own = Object.entries(properties)
    .filter(([, field]) => field.const === undefined)
    .map(([key, field]): Property => {
      const type = types.of(field, name, key);
      return { key, field, name: pascalCase(key), required: required.includes(key), type };
    });
  const isStrict = additionalProperties === false;
  const known = isStrict
    ? Object.keys(properties)
        .map((key) => `"${key}"`)
        .join(', ')
    : '';
  const declared = own.filter(({ key }) => !inherited.includes(key));
  return [
    summary(description),
    `public sealed class ${name} : ${base}`,
    '{',
    ...declared.flatMap((property) => {
      const text = documentationOf(property);
      const { type } = property;
      const declaration = property.required
        ? `public ${type.name} ${property.name}`
        : `public ${type.name}? ${property.name}`;
      return [
        ...(text === '' ? [summary(`The field \`${property.key}\`.`)] : [summary(text)]).map((line) => `    ${line}`),
        `    ${declaration} { get; set; }${property.required ? type.initial : ''}`,
        '',
      ];
    }),
    '    /// <summary>Reads JSON. Throws where it breaks a rule of the protocol.</summary>',
    `    public static ${base === 'ProtocolObject' ? '' : 'new '}${name} Parse(string json) => Read(JsonValue.Parse(json));`,
    '',
    `    internal static ${base === 'ProtocolObject' ? '' : 'new '}${name} Read(JsonValue json)`,
    '    {',
    `        var fields = json.Fields(${known});`,
    ...constants.map(([key, { const: value }]) =>
      typeof value === 'string'
        ? `        fields["${key}"].Literal("${value}");`
        : `        fields["${key}"].Integer(min: ${value}, max: ${value});`,
    ),
    `        return new ${name}`,
    '        {',
    ...own.map(({ key, name: property, required: must, type }) =>
      must
        ? `            ${property} = fields["${key}"].${type.read},`
        : `            ${property} = fields.Optional("${key}")?.${type.read},`,
    ),
    '        };',
    '    }',
    '',
    '    internal override void Write(JsonFieldWriter fields)',
    '    {',
    ...Object.entries(properties).map(([key, { const: value }]) => {
      const property = own.find((candidate) => candidate.key === key);
      return `        ${property?.type.write(key, property.name) ?? `fields.Add("${key}", ${JSON.stringify(value)});`}`;
    }),
    '    }',
    '}',
    '',
  ];
}

/** The part of a base class that knows all messages of one side. */
function declareUnion(base: string, side: string, names: readonly string[]): string[] {
  return [
    `public abstract partial class ${base}`,
    '{',
    `    /// <summary>Reads any message from the ${side}. Throws where it breaks a rule of the protocol, an unknown type included.</summary>`,
    `    public static ${base} Parse(string json) => Read(JsonValue.Parse(json));`,
    '',
    `    internal static ${base} Read(JsonValue json)`,
    '    {',
    '        var type = json.Fields()["type"].Text();',
    '        switch (type)',
    '        {',
    ...names.map(
      (name) => `            case "${String(definitions[name]?.properties.type?.const)}": return ${name}.Read(json);`,
    ),
    '            default: throw new LoraBridgeException("input.message.invalid", $"There is no message of the type {type}.");',
    '        }',
    '    }',
    '}',
    '',
  ];
}

function declareEnum(name: string, values: readonly string[]): string[] {
  return [
    summary(`The values of a field in JSON: ${values.map((value) => `\`${value}\``).join(', ')}.`),
    `public enum ${name}`,
    '{',
    ...values.flatMap((value) => [
      `    /// <summary><c>${value}</c></summary>`,
      `    [EnumMember(Value = "${value}")] ${pascalCase(value)},`,
    ]),
    '}',
    '',
  ];
}

/** A file with one declaration; the last line of it is empty. */
function file(lines: readonly string[]): string {
  const body = lines
    .slice(0, -1)
    .map((line) => (line === '' ? '' : `    ${line}`))
    .join('\n');
  return `// Generated by \`npm run protocol\`; do not edit.
#nullable enable
using System.Collections.Generic;
using System.Runtime.Serialization;
using System.Text.RegularExpressions;
using Newtonsoft.Json.Linq;

namespace LoraBridge.Core.Protocol
{
${body}
}
`;
}

/** File name → content: a file for each type. */
export function makeCSharp(): Map<string, string> {
  const files = new Map([
    ['ClientMessage', declareUnion('ClientMessage', 'client', clientNames)],
    ['DaemonMessage', declareUnion('DaemonMessage', 'daemon', daemonNames)],
    ['ProtocolVersion', declareVersion()],
  ]);
  for (const [name, definition] of Object.entries(definitions)) files.set(name, declareClass(name, definition));
  // Known only now that all fields have been seen.
  for (const [name, values] of types.enums) files.set(name, declareEnum(name, values));
  files.set('Patterns', declarePatterns());
  return new Map([...files].map(([name, lines]) => [`${name}.g.cs`, file(lines)]));
}

function declareVersion(): string[] {
  return [
    '/// <summary>The version of the protocol.</summary>',
    'public static class ProtocolVersion',
    '{',
    '    /// <summary>Changes only when an old client could no longer work with a new daemon.</summary>',
    `    public const int Number = ${protocolVersion};`,
    '}',
    '',
  ];
}

function declarePatterns(): string[] {
  const members = patterns.declare().map((line) => `    ${line}`);
  return ['internal static class Patterns', '{', ...members, '}', ''];
}
