/** @file What the daemon does on each request of a client. */
import { type ListedModel, listBaseModels } from '../engines/listed-models.js';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import type { JobQueue } from '../jobs/job-queue.js';
import type { Log } from '../jobs/log.js';
import type { ClientRequest } from '../protocol/client-messages.js';
import type { AnswerMessage } from '../protocol/daemon-messages.js';
import type { ModelDescription } from '../protocol/model.js';
import type { ShotDescription } from '../protocol/shot.js';
import type { Home } from '../store/home.js';
import type { Store } from '../store/store.js';
import { readList } from './long-list.js';

type ShotChangeRequest = Extract<ClientRequest, { type: 'shot.change' }>;

export interface RequestContext {
  readonly home: Home;
  readonly store: Store;
  readonly queue: JobQueue;
  readonly log: Log;
  /** Whether the daemon is about to end. */
  readonly stopping: boolean;
}

/**
 * Carries out a request and returns its answer.
 * @throws LoraBridgeError when it cannot be carried out
 */
export async function answerRequest(context: RequestContext, message: ClientRequest): Promise<AnswerMessage> {
  const { request } = message;
  const { queue, store } = context;
  if (context.stopping && (message.type === 'job.start' || message.type === 'job.resume')) {
    throw new LoraBridgeError('state.daemon.stopping', 'The daemon is stopping.', {
      hint: 'Start it again, then repeat the request.',
    });
  }
  switch (message.type) {
    case 'ping':
      return { type: 'pong', request };
    case 'job.start':
      return { type: 'job.answer', request, job: await queue.start(message) };
    case 'job.stop':
      return { type: 'job.answer', request, job: await queue.stop(message.job) };
    case 'job.resume':
      return { type: 'job.answer', request, job: queue.resume(message.job) };
    case 'job.status':
      return { type: 'job.answer', request, job: queue.describe(message.job) };
    case 'job.list':
      return await listJobs(queue, message);
    case 'job.remove':
      await queue.remove(message.job);
      return { type: 'done', request };
    case 'character.list':
      return { type: 'character.list.answer', request, characters: store.shots.characters() };
    case 'shot.list':
      return await listShots(store, message);
    case 'shot.change':
      return { type: 'shot.answer', request, shot: changeShot(store, message) };
    case 'model.list':
      return { type: 'model.list.answer', request, models: (await listBaseModels(context.home)).map(describeForWire) };
    case 'shot.remove':
      removeShots(context, message.shots);
      return { type: 'done', request };
    case 'daemon.stop':
      return { type: 'done', request };
  }
}

/** Jobs in one answer. */
const jobsAtMost = 1000;

async function listJobs(
  queue: JobQueue,
  { request, cursor }: Extract<ClientRequest, { type: 'job.list' }>,
): Promise<AnswerMessage> {
  const { items: jobs, ...next } = await readList((limit, before) => queue.list(limit, before), jobsAtMost, cursor);
  return { type: 'job.list.answer', request, jobs, ...next };
}

async function listShots(
  { shots }: Store,
  { request, character, limit: most, cursor }: Extract<ClientRequest, { type: 'shot.list' }>,
): Promise<AnswerMessage> {
  const read = (limit: number, before?: number) => shots.ofCharacter(character, limit, before);
  const { items, ...next } = await readList(read, most, cursor);
  return { type: 'shot.list.answer', request, shots: items, ...next };
}

function changeShot(store: Store, { shot: id, ...change }: ShotChangeRequest): ShotDescription {
  return store.database.transaction(() => {
    const shot = store.shots.change(id, change);
    if (shot === undefined) {
      throw new LoraBridgeError('state.shot.unknown', `There is no shot ${id}.`, {
        hint: 'It may have been deleted.',
      });
    }
    const { character, name, excluded = false, caption, face } = shot;
    store.events.append({
      type: 'shot.changed',
      shot: id,
      character,
      name,
      excluded,
      ...(caption && { caption }),
      ...(face && { face }),
    });
    return shot;
  });
}

function describeForWire({ base, trainable, problem }: ListedModel): ModelDescription {
  if (trainable === undefined) return { base, ...(problem && { error: problem.toReport() }) };
  const { title, resolution, engines } = trainable;
  return { base, title, resolution, engines: [...engines] };
}

/** Ids without a shot are ignored, so that the request can be repeated. */
function removeShots({ store, log }: RequestContext, ids: readonly string[]): void {
  const present = store.database.transaction(() => {
    const shots = [...new Set(ids)].map((id) => store.shots.get(id)).filter((shot) => shot !== undefined);
    for (const { id, character, name } of shots) {
      store.shots.remove(id);
      store.events.append({ type: 'shot.removed', shot: id, character, name });
    }
    return shots;
  });
  for (const { sha256 } of present) {
    try {
      store.intake.discard(sha256);
    } catch (error) {
      // The shots are removed: what cannot be deleted now is swept at the next start.
      log.warn(`The image ${sha256} could not be deleted: ${String(error)}`);
    }
  }
}
