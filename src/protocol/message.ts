/** @file How a message is declared, and the field types that many of them share. */
import { z } from 'zod';

/** `job.start` becomes `JobStart`: the name of the message in the JSON schema and in generated code. */
function pascalCase(type: string): string {
  return type.replace(/(?:^|\.)(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** A message from a client: fields that the daemon does not know are refused, so that a typing error is noticed. */
export function clientMessage<Type extends string, Shape extends z.ZodRawShape>(
  type: Type,
  description: string,
  shape: Shape,
) {
  return z.strictObject({ type: z.literal(type), ...shape }).meta({ id: pascalCase(type), description });
}

/** A message from the daemon: a client ignores fields and types that it does not know, so that daemons can grow. */
export function daemonMessage<Type extends string, Shape extends z.ZodRawShape>(
  type: Type,
  description: string,
  shape: Shape,
) {
  return z.object({ type: z.literal(type), ...shape }).meta({ id: pascalCase(type), description });
}

export const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export const uuid = z.string().regex(uuidPattern);

export const requestId = z
  .string()
  .min(1)
  .max(64)
  .describe('Chosen by the client; the answer carries it. Unique among the requests under way.');

export const characterName = z
  .string()
  .min(1)
  .max(100)
  .regex(/^(?![.\s])[^\p{Cc}/\\:*?"<>|]+(?<![.\s])$/u)
  .describe(
    'Name of the character. It may become a folder name: no `/ \\ : * ? " < > |`, no dot or space at its ends.',
  );

/** Windows has no files of these names, whatever their case and extension: it opens devices instead. */
const windowsDevice = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\.|$)/iu;

/** A character that is to be created; what is stored already may have been named before this was checked. */
export const newCharacterName = characterName
  .refine((name) => !windowsDevice.test(name), {
    error: ({ input }) => `Windows reserves the name ${String(input)} for a device: no file or folder can have it.`,
  })
  .describe(`${characterName.description} Nor the name of a Windows device, such as \`CON\`, \`aux\` or \`COM1\`.`);

/** Where a list continues: what the answer before gave as `next`. */
export const cursor = z
  .string()
  .regex(/^[0-9]{1,16}$/)
  .describe('Where to continue: `next` of the answer before.');

/** Of an answer with a part of a list. */
export const nextCursor = cursor
  .optional()
  .describe('Give it as `cursor` for the rest of the list; absent when this is the end.');

export const isoTime = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  .describe('ISO 8601, UTC, to the millisecond.');

export const sequenceNumber = z
  .int()
  .min(1)
  .describe('Number of this event. It grows by 1 or more from event to event within an epoch.');
