/** @file Which answer a request gets when it is carried out. */
export const answers = {
  ping: 'pong',
  'job.start': 'job.answer',
  'job.stop': 'job.answer',
  'job.resume': 'job.answer',
  'job.status': 'job.answer',
  'job.list': 'job.list.answer',
  'job.remove': 'done',
  'character.list': 'character.list.answer',
  'shot.list': 'shot.list.answer',
  'shot.change': 'shot.answer',
  'model.list': 'model.list.answer',
  'shot.remove': 'done',
  'daemon.stop': 'done',
} as const;

export type Answers = typeof answers;
