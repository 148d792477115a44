/**
 * @file Every error code there is. A code, once released, never changes its meaning.
 * `retryable` says whether the same call may succeed later without a change by the user.
 */
interface CatalogueEntry {
  readonly retryable: boolean;
  readonly meaning: string;
  /** What to do, as imperative sentences. */
  readonly remedy: string;
}

// Sorted by code.
export const catalogue = {
  'input.checkpoint.broken': {
    retryable: false,
    meaning: 'A checkpoint is missing a part or cannot be read.',
    remedy:
      'Resume from an earlier checkpoint: delete the folder `checkpoints/step-…` that is named, then resume the job. If there is none, start a new job.',
  },
  'input.checkpoint.mismatch': {
    retryable: false,
    meaning: 'A run cannot be resumed from a checkpoint that was made with other options.',
    remedy: 'Resume with the options that the run was started with, or start a new job in another folder.',
  },
  'input.dataset.broken': {
    retryable: false,
    meaning: 'The manifest of a dataset cannot be read.',
    remedy: 'Delete the folder `dataset` of the run and start the job again: it is prepared from the images again.',
  },
  'input.dataset.empty': {
    retryable: false,
    meaning: 'There is no usable image to train on.',
    remedy: 'Give at least one readable PNG, JPEG, WebP or GIF image, and framings that it can show.',
  },
  'input.dataset.sidecar': {
    retryable: false,
    meaning: 'The description of an image cannot be read.',
    remedy: 'Correct the file, or delete it: an image needs no description.',
  },
  'input.file.denied': {
    retryable: false,
    meaning: 'A file or folder may not be read or written.',
    remedy: 'Check who may read and write the path.',
  },
  'input.file.missing': { retryable: false, meaning: 'A file or folder does not exist.', remedy: 'Check the path.' },
  'input.lora.invalid': {
    retryable: false,
    meaning: 'A LoRA file is broken, or of a kind that cannot be read.',
    remedy: 'Download or export the LoRA again; `lora-bridge lora inspect FILE` shows what can be read of it.',
  },
  'input.lora.mismatch': {
    retryable: false,
    meaning: 'A LoRA does not fit the base model.',
    remedy: 'Use the base model that the LoRA was trained on: `lora-bridge lora inspect FILE` names its family.',
  },
  'input.lora.unsupported': {
    retryable: false,
    meaning: 'A LoRA file holds an adapter of another kind (DoRA, LoHa, LoKr, …), or one for another kind of model.',
    remedy: 'Use a plain LoRA (linear layers and convolutions) for Stable Diffusion 1.x, 2.x or SDXL.',
  },
  'input.message.invalid': {
    retryable: false,
    meaning: 'A message breaks the protocol: a field is missing, unknown or out of range.',
    remedy:
      'Compare the message with PROTOCOL.md. If the client is the Unity package or the command line, update both it and the daemon to the same version.',
  },
  'input.model.denied': {
    retryable: false,
    meaning: 'The hub gives a base model only to those who have accepted its terms.',
    remedy: "Accept the terms on the model's page of the hub, create an access token there, and set HF_TOKEN.",
  },
  'input.model.gone': {
    retryable: false,
    meaning: 'The hub knows no base model of that name: it was taken down or renamed, or it is private.',
    remedy: 'Check the spelling of OWNER/NAME, or choose another model. A private model needs HF_TOKEN.',
  },
  'input.model.invalid': {
    retryable: false,
    meaning: 'A file of a base model has invalid contents.',
    remedy: 'Download or convert the model again.',
  },
  'input.model.missing': {
    retryable: false,
    meaning: 'A base model, or a file of it, does not exist.',
    remedy: 'Check the path or the id; `lora-bridge models list` shows the models that are here.',
  },
  'input.model.unsupported': {
    retryable: false,
    meaning: 'A base model is of a kind that this program does not run.',
    remedy:
      'Use a model of the families Stable Diffusion 1.x, 2.x or SDXL; the engine diffusers also trains Stable Diffusion 3 and Flux.',
  },
  'input.option.invalid': {
    retryable: false,
    meaning: 'A command-line option or a setting has an invalid value.',
    remedy: 'See `--help` of the command for the values that the option takes.',
  },
  'input.option.unsupported': {
    retryable: false,
    meaning: 'An option is not supported by the engine in question.',
    remedy: 'Leave the option out, or choose an engine that has it with `--engine`.',
  },
  'input.picture.crash': {
    retryable: false,
    meaning: 'Reading an image crashed the decoder or took too long.',
    remedy: 'Save the image again as PNG, and take or send it again.',
  },
  'input.picture.damaged': {
    retryable: false,
    meaning: 'An image is truncated or damaged.',
    remedy: 'Save or copy the image again: it may be only partly written.',
  },
  'input.picture.empty': {
    retryable: false,
    meaning: 'An image file has no bytes.',
    remedy: 'Save or copy the image again.',
  },
  'input.picture.format': {
    retryable: false,
    meaning: 'A file is not an image of a kind that can be read.',
    remedy: 'Use PNG, JPEG, WebP or GIF images.',
  },
  'input.picture.huge': {
    retryable: false,
    meaning: 'An image has more pixels or bytes than are allowed.',
    remedy: 'Save the image smaller; 2048 pixels are enough to train on.',
  },
  'input.picture.small': {
    retryable: false,
    meaning: 'An image has too few pixels to train on.',
    remedy: 'Use images of at least 32 pixels, better 512 or more.',
  },
  'input.picture.transparent': {
    retryable: false,
    meaning: 'Every pixel of an image is transparent.',
    remedy: 'Check the camera, and what it was to capture.',
  },
  'input.safetensors.header': {
    retryable: false,
    meaning: 'The header of a safetensors file is broken or contradicts itself.',
    remedy: 'Download or export the file again.',
  },
  'input.safetensors.tensor': {
    retryable: false,
    meaning: 'A safetensors file lacks a tensor, or has it with another type or shape than needed.',
    remedy: 'Check that the file is the one meant; download or export it again.',
  },
  'input.safetensors.truncated': {
    retryable: false,
    meaning: 'A safetensors file ends before its data do.',
    remedy: 'Copy or download the file again: it is not complete.',
  },
  'input.shot.conflict': {
    retryable: false,
    meaning: 'Another shot with the same id but different bytes is already stored.',
    remedy: 'Give every shot an id of its own.',
  },
  'input.shot.mismatch': {
    retryable: true,
    meaning: 'The bytes of a shot do not match its length and hash.',
    remedy: 'Send the shot again.',
  },
  'input.torch.invalid': {
    retryable: false,
    meaning: 'A .ckpt, .pt or .bin file of PyTorch is broken or contradicts itself.',
    remedy: 'Download or export the file again.',
  },
  'input.torch.unsupported': {
    retryable: false,
    meaning: 'A .ckpt, .pt or .bin file of PyTorch has an unsupported layout or feature.',
    remedy: 'Use a `.safetensors` file of the same model, or one that PyTorch wrote with `torch.save` of a state dict.',
  },
  internal: {
    retryable: false,
    meaning: 'A bug in this program. Please report it.',
    remedy:
      'Report it, with the message and the log in the folder `logs` of the data folder; LORA_BRIDGE_DEBUG=1 shows where it was thrown.',
  },
  'internal.graph.gradient': {
    retryable: false,
    meaning: 'An operation of a graph has no gradient rule.',
    remedy: 'Report it, with the base model and the options.',
  },
  'internal.graph.shape': {
    retryable: false,
    meaning: 'An operation of a graph was given shapes that do not fit.',
    remedy: 'Report it, with the base model and the options.',
  },
  'protocol.frame.malformed': {
    retryable: false,
    meaning: 'A binary frame or a text message is not what the protocol says.',
    remedy: 'Update client and daemon to the same version. If they are, report it.',
  },
  'resource.connection.lost': {
    retryable: true,
    meaning: 'The connection to the daemon was lost, or could not be made.',
    remedy: 'Check with `lora-bridge status` whether the daemon runs, and try again.',
  },
  'resource.database.failed': {
    retryable: true,
    meaning: 'The database of the daemon cannot be read or written.',
    remedy: 'Check the disk of the data folder, and whether another program holds the file open.',
  },
  'resource.device.lost': {
    retryable: true,
    meaning: 'A graphics device failed during a computation.',
    remedy: 'Resume the job. If it happens again, update the driver or use `--device cpu`.',
  },
  'resource.device.missing': {
    retryable: false,
    meaning: 'The requested device is missing or lacks its software.',
    remedy: 'See `lora-bridge doctor` for the devices that can be used and what the others lack.',
  },
  'resource.disk.full': {
    retryable: true,
    meaning: 'There is no space left on a disk.',
    remedy: 'Free some space on that disk, or choose another folder, and try again.',
  },
  'resource.download.damaged': {
    retryable: true,
    meaning: 'A downloaded file does not match its checksum.',
    remedy: 'Try again; if it happens again, a proxy or mirror may be altering the file.',
  },
  'resource.download.failed': {
    retryable: true,
    meaning: 'A download failed.',
    remedy:
      'Check the network connection and the proxy settings, and try again: a download resumes where it was cut off.',
  },
  'resource.engine.broken': {
    retryable: false,
    meaning: 'The installation of an engine is incomplete, has the wrong version, or does not start.',
    remedy: 'Run `lora-bridge engine update NAME`.',
  },
  'resource.engine.missing': {
    retryable: false,
    meaning: 'The requested engine is not installed.',
    remedy: 'Run `lora-bridge engine install NAME`, or choose another engine.',
  },
  'resource.file.busy': {
    retryable: true,
    meaning: 'Another program holds a file open, so that it cannot be replaced.',
    remedy: 'Close the program that uses the file, and try again.',
  },
  'resource.hub.offline': {
    retryable: false,
    meaning: 'A base model has not been downloaded, and the environment disables access to the hub.',
    remedy: 'Unset HF_HUB_OFFLINE, or download the model on a machine with a network and copy it.',
  },
  'resource.memory.exhausted': {
    retryable: false,
    meaning: 'A device has not enough memory for the work.',
    remedy: 'Use `--low-memory`, a smaller `--resolution` or a smaller `--batch-size`.',
  },
  'resource.node.missing': {
    retryable: false,
    meaning: 'Node.js is not installed, or not where the settings say.',
    remedy: 'Install Node.js 20.19 or newer, or set its path in the settings of the Unity package.',
  },
  'resource.package.missing': {
    retryable: false,
    meaning: 'The package lora-bridge is not installed, or does not start.',
    remedy: 'Run `npm install` in the folder that the settings of the Unity package name, or correct the folder.',
  },
  'sampling.diverged': {
    retryable: false,
    meaning: 'The values of an image being generated are no longer finite.',
    remedy: 'Use a lower weight of the LoRA, a LoRA from an earlier checkpoint, or `--precision fp32`.',
  },
  'state.access.denied': {
    retryable: false,
    meaning: 'The daemon refused the token, the host or the origin of a request.',
    remedy: 'Read the descriptor file again: the daemon may have been restarted.',
  },
  'state.daemon.absent': {
    retryable: true,
    meaning: 'No daemon is running for the data folder.',
    remedy: 'Start it with `lora-bridge daemon`.',
  },
  'state.daemon.running': {
    retryable: false,
    meaning: 'A daemon is already running for the data folder.',
    remedy: 'Use that daemon, or end it with `lora-bridge daemon stop`.',
  },
  'state.daemon.stopping': {
    retryable: true,
    meaning: 'The daemon is stopping and accepts no new work.',
    remedy: 'Wait until it has ended, start it again, and repeat the request.',
  },
  'state.database.damaged': {
    retryable: false,
    meaning: 'The database of the data folder is damaged.',
    remedy:
      'Check the disk. Restore `state.db` from a backup, or write what can be read of it to a new file with `sqlite3 state.db .recover`; images and runs are still in the data folder.',
  },
  'state.database.lost': {
    retryable: false,
    meaning:
      'The database of the data folder is missing or empty next to images or runs, or it was removed or replaced while it was in use.',
    remedy:
      'Stop the daemon. Restore `state.db` from a backup, or move the folders `pictures` and `runs` elsewhere to start without them.',
  },
  'state.database.newer': {
    retryable: false,
    meaning: 'The data folder was written by a newer version of this program.',
    remedy: 'Update lora-bridge, or set LORA_BRIDGE_HOME to another folder.',
  },
  'state.engine.busy': {
    retryable: true,
    meaning: 'Another process is installing or removing the same engine.',
    remedy: 'Wait for the other process to end, and try again.',
  },
  'state.job.active': { retryable: false, meaning: 'The job has not ended yet.', remedy: 'Stop the job first.' },
  'state.job.exists': {
    retryable: false,
    meaning: 'Another job with the same id, but with other parameters, already exists.',
    remedy: 'Give every job an id of its own.',
  },
  'state.job.final': { retryable: false, meaning: 'The job cannot be resumed.', remedy: 'Start a new job.' },
  'state.job.none': {
    retryable: false,
    meaning: 'There is no running or queued job.',
    remedy: 'See `lora-bridge runs list` for the jobs that there are.',
  },
  'state.job.stopped': {
    retryable: true,
    meaning: 'The job was stopped before its end and can be resumed.',
    remedy: 'Resume the job with `lora-bridge train --resume JOB`.',
  },
  'state.job.unknown': {
    retryable: false,
    meaning: 'There is no job with that id.',
    remedy: 'See `lora-bridge runs list` for the jobs that there are.',
  },
  'state.protocol.version': {
    retryable: false,
    meaning: 'The client and the daemon use different versions of the protocol.',
    remedy: 'Update the older of the two; stop a daemon that still runs an older version.',
  },
  'state.run.busy': {
    retryable: true,
    meaning: 'A process of an earlier daemon is still writing to the run folder.',
    remedy: 'End the process that is named, or wait for it, then resume the job.',
  },
  'state.run.exists': {
    retryable: false,
    meaning: 'The folder for a new run already holds another run.',
    remedy: 'Choose another --out, or replace the run with --overwrite.',
  },
  'state.run.taken': {
    retryable: false,
    meaning: 'The folder of a run belongs to another job.',
    remedy: 'Start a new job in another folder, or let that job end first.',
  },
  'state.shot.none': {
    retryable: false,
    meaning: 'The character has no usable shots.',
    remedy: 'Upload some shots first, or give a folder of images.',
  },
  'state.shot.unknown': {
    retryable: false,
    meaning: 'There is no shot with that id.',
    remedy: 'Check the id: the shot may have been deleted. Upload it again.',
  },
  'trainer.crashed': {
    retryable: true,
    meaning: 'The process that prepares or trains crashed.',
    remedy: 'See the log that is named, then resume the job: it continues from its last checkpoint.',
  },
  'trainer.diverged': {
    retryable: false,
    meaning: 'The loss or the gradient norm of a training step is not finite.',
    remedy: 'Use a lower learning rate, or `--precision fp32`.',
  },
  'trainer.hung': {
    retryable: true,
    meaning: 'The process that prepares or trains did not stop in time and was killed.',
    remedy: 'Resume the job: it continues from its last checkpoint.',
  },
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof catalogue;

export const errorCodes = Object.keys(catalogue) as [ErrorCode, ...ErrorCode[]];
