/** @file Turns a validation error of a flag into a message for the person who typed it. */
import type { z } from 'zod';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';

type Issue = z.core.$ZodIssue;

function fault(issue: Issue, given: unknown): string {
  const quoted = `"${String(given)}"`;
  switch (issue.code) {
    case 'invalid_type':
      if (given === undefined) return 'is missing';
      return `${quoted} is not a ${issue.expected === 'int' ? 'whole number' : issue.expected}`;
    case 'too_small':
      if (issue.origin === 'string') return 'must not be empty';
      return `${quoted} is too small: it must be ${issue.inclusive ? 'at least' : 'above'} ${issue.minimum}`;
    case 'too_big':
      if (issue.origin === 'string') return `is too long: at most ${issue.maximum} characters`;
      return `${quoted} is too large: at most ${issue.maximum}`;
    case 'not_multiple_of':
      return `${quoted} is not a multiple of ${issue.divisor}`;
    case 'invalid_value':
      return `${quoted} is not a valid value; choose ${issue.values.join(', ')}`;
    default:
      return `${quoted} is not a valid value`;
  }
}

/** The error for the flag `flag`, which was given as `given` and is described by `description`. */
export function flagError(
  flag: string,
  given: unknown,
  { error, description }: { readonly error: z.core.$ZodError; readonly description: string },
): LoraBridgeError {
  const [issue] = error.issues;
  const what = issue === undefined ? 'is not valid' : fault(issue, given);
  return new LoraBridgeError('input.option.invalid', `${flag} ${what}.`, {
    hint: `${flag}: ${description}`,
    cause: error,
  });
}
