/**
 * @file Every error code there is. A code, once released, never changes its meaning.
 * `retryable` says whether the same call may succeed later without a change by the user.
 */
interface CatalogueEntry {
  readonly retryable: boolean;
  readonly meaning: string;
}

// Sorted by code.
export const catalogue = {
  'input.checkpoint.broken': { retryable: false, meaning: 'A checkpoint is missing a part or cannot be read.' },
  'input.checkpoint.mismatch': {
    retryable: false,
    meaning: 'A run cannot be resumed from a checkpoint that was made with other options.',
  },
  'input.dataset.broken': { retryable: false, meaning: 'The manifest of a dataset cannot be read.' },
  'input.dataset.empty': { retryable: false, meaning: 'There is no usable image to train on.' },
  'input.dataset.sidecar': { retryable: false, meaning: 'The description of an image cannot be read.' },
  'input.file.denied': { retryable: false, meaning: 'A file or folder may not be read or written.' },
  'input.file.missing': { retryable: false, meaning: 'A file or folder does not exist.' },
  'input.lora.invalid': { retryable: false, meaning: 'A LoRA file is broken, or of a kind that cannot be read.' },
  'input.lora.mismatch': { retryable: false, meaning: 'A LoRA does not fit the base model.' },
  'input.lora.unsupported': {
    retryable: false,
    meaning: 'A LoRA file holds an adapter of another kind (DoRA, LoHa, LoKr, …), or one for another kind of model.',
  },
  'input.message.invalid': {
    retryable: false,
    meaning: 'A message breaks the protocol: a field is missing, unknown or out of range.',
  },
  'input.model.denied': {
    retryable: false,
    meaning: 'The hub gives a base model only to those who have accepted its terms.',
  },
  'input.model.gone': {
    retryable: false,
    meaning: 'The hub knows no base model of that name: it was taken down or renamed, or it is private.',
  },
  'input.model.invalid': { retryable: false, meaning: 'A file of a base model has invalid contents.' },
  'input.model.missing': { retryable: false, meaning: 'A base model, or a file of it, does not exist.' },
  'input.model.unsupported': {
    retryable: false,
    meaning: 'A base model is of a kind that this program does not run.',
  },
  'input.option.invalid': {
    retryable: false,
    meaning: 'A command-line option or a setting has an invalid value.',
  },
  'input.option.unsupported': {
    retryable: false,
    meaning: 'An option is not supported by the engine in question.',
  },
  'input.picture.crash': { retryable: false, meaning: 'Reading an image crashed the decoder or took too long.' },
  'input.picture.damaged': { retryable: false, meaning: 'An image is truncated or damaged.' },
  'input.picture.empty': { retryable: false, meaning: 'An image file has no bytes.' },
  'input.picture.format': { retryable: false, meaning: 'A file is not an image of a kind that can be read.' },
  'input.picture.huge': { retryable: false, meaning: 'An image has more pixels or bytes than are allowed.' },
  'input.picture.small': { retryable: false, meaning: 'An image has too few pixels to train on.' },
  'input.picture.transparent': { retryable: false, meaning: 'Every pixel of an image is transparent.' },
  'input.safetensors.header': {
    retryable: false,
    meaning: 'The header of a safetensors file is broken or contradicts itself.',
  },
  'input.safetensors.tensor': {
    retryable: false,
    meaning: 'A safetensors file lacks a tensor, or has it with another type or shape than needed.',
  },
  'input.safetensors.truncated': { retryable: false, meaning: 'A safetensors file ends before its data do.' },
  'input.shot.conflict': {
    retryable: false,
    meaning: 'Another shot with the same id but different bytes is already stored.',
  },
  'input.shot.mismatch': {
    retryable: true,
    meaning: 'The bytes of a shot do not match its length and hash.',
  },
  'input.torch.invalid': {
    retryable: false,
    meaning: 'A .ckpt, .pt or .bin file of PyTorch is broken or contradicts itself.',
  },
  'input.torch.unsupported': {
    retryable: false,
    meaning: 'A .ckpt, .pt or .bin file of PyTorch has an unsupported layout or feature.',
  },
  internal: { retryable: false, meaning: 'A bug in this program. Please report it.' },
  'internal.graph.gradient': { retryable: false, meaning: 'An operation of a graph has no gradient rule.' },
  'internal.graph.shape': { retryable: false, meaning: 'An operation of a graph was given shapes that do not fit.' },
  'protocol.frame.malformed': {
    retryable: false,
    meaning: 'A binary frame or a text message is not what the protocol says.',
  },
  'resource.connection.lost': {
    retryable: true,
    meaning: 'The connection to the daemon was lost, or could not be made.',
  },
  'resource.database.failed': { retryable: true, meaning: 'The database of the daemon cannot be read or written.' },
  'resource.device.lost': { retryable: true, meaning: 'A graphics device failed during a computation.' },
  'resource.device.missing': { retryable: false, meaning: 'The requested device is missing or lacks its software.' },
  'resource.disk.full': { retryable: true, meaning: 'There is no space left on a disk.' },
  'resource.download.damaged': {
    retryable: true,
    meaning: 'A downloaded file does not match its checksum.',
  },
  'resource.download.failed': { retryable: true, meaning: 'A download failed.' },
  'resource.engine.broken': {
    retryable: false,
    meaning: 'The installation of an engine is incomplete, has the wrong version, or does not start.',
  },
  'resource.engine.missing': { retryable: false, meaning: 'The requested engine is not installed.' },
  'resource.hub.offline': {
    retryable: false,
    meaning: 'A base model has not been downloaded, and the environment disables access to the hub.',
  },
  'resource.memory.exhausted': { retryable: false, meaning: 'A device has not enough memory for the work.' },
  'resource.node.missing': { retryable: false, meaning: 'Node.js is not installed, or not where the settings say.' },
  'resource.package.missing': {
    retryable: false,
    meaning: 'The package lora-bridge is not installed, or does not start.',
  },
  'sampling.diverged': { retryable: false, meaning: 'The values of an image being generated are no longer finite.' },
  'state.access.denied': {
    retryable: false,
    meaning: 'The daemon refused the token, the host or the origin of a request.',
  },
  'state.daemon.absent': { retryable: true, meaning: 'No daemon is running for the data folder.' },
  'state.daemon.running': { retryable: false, meaning: 'A daemon is already running for the data folder.' },
  'state.daemon.stopping': { retryable: true, meaning: 'The daemon is stopping and accepts no new work.' },
  'state.database.newer': {
    retryable: false,
    meaning: 'The data folder was written by a newer version of this program.',
  },
  'state.engine.busy': { retryable: true, meaning: 'Another process is installing or removing the same engine.' },
  'state.job.active': { retryable: false, meaning: 'The job has not ended yet.' },
  'state.job.exists': {
    retryable: false,
    meaning: 'Another job with the same id, but with other parameters, already exists.',
  },
  'state.job.final': { retryable: false, meaning: 'The job cannot be resumed.' },
  'state.job.none': { retryable: false, meaning: 'There is no running or queued job.' },
  'state.job.stopped': { retryable: true, meaning: 'The job was stopped before its end and can be resumed.' },
  'state.job.unknown': { retryable: false, meaning: 'There is no job with that id.' },
  'state.protocol.version': {
    retryable: false,
    meaning: 'The client and the daemon use different versions of the protocol.',
  },
  'state.run.busy': { retryable: true, meaning: 'A process of an earlier daemon is still writing to the run folder.' },
  'state.shot.none': { retryable: false, meaning: 'The character has no usable shots.' },
  'state.shot.unknown': { retryable: false, meaning: 'There is no shot with that id.' },
  'trainer.crashed': { retryable: true, meaning: 'The process that prepares or trains crashed.' },
  'trainer.diverged': { retryable: false, meaning: 'The loss or the gradient norm of a training step is not finite.' },
  'trainer.hung': {
    retryable: true,
    meaning: 'The process that prepares or trains did not stop in time and was killed.',
  },
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof catalogue;

export const errorCodes = Object.keys(catalogue) as [ErrorCode, ...ErrorCode[]];
