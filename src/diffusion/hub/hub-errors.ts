/** @file Errors for failed requests to the hub. */
import { LoraBridgeError } from '../../errors/lora-bridge-error.js';

/** Models that guides of 2022 and 2023 name but that were removed from the hub, with their replacements. */
const successors: Readonly<Record<string, string>> = {
  'runwayml/stable-diffusion-v1-5': 'stable-diffusion-v1-5/stable-diffusion-v1-5',
  'runwayml/stable-diffusion-inpainting': 'stable-diffusion-v1-5/stable-diffusion-inpainting',
};

const localFile = 'or give the path of a diffusers folder or a .safetensors file that you have';

/** The error for an unsuccessful response to a request for `repository`. */
export async function hubRefusal(response: Response, repository: string): Promise<LoraBridgeError> {
  const code = response.headers.get('X-Error-Code');
  const page = `${new URL(response.url).origin}/${repository}`;
  await response.body?.cancel();
  if (code === 'GatedRepo' || response.status === 403) {
    const message = `The model ${repository} is given out only to those who have accepted its terms.`;
    const hint = `Accept them on ${page}, then set HF_TOKEN to a token of your account or run \`hf auth login\`; ${localFile}.`;
    return new LoraBridgeError('input.model.denied', message, { hint });
  }
  if (response.status === 401 || response.status === 404) {
    const successor = successors[repository];
    const message = `The hub knows no model ${repository} that you may read: it was taken down or renamed, or it is private.`;
    const instead =
      successor === undefined ? 'Check the name on the hub' : `The same model is now at ${successor}: use that`;
    const hint = `${instead}, set HF_TOKEN if the model is private, ${localFile}.`;
    return new LoraBridgeError('input.model.gone', message, { hint });
  }
  return new LoraBridgeError('resource.download.failed', `The hub answered ${response.status} about ${repository}.`, {
    hint: 'Try again later; what has been downloaded is kept.',
  });
}

/** The error for a failed connection while `repository`, which is not a local path, was fetched. */
export function hubUnreachable(endpoint: string, repository: string, cause: unknown): LoraBridgeError {
  const message = `There is no file or folder ${repository}, and the connection to ${endpoint} failed.`;
  const network =
    'Check the network (and HF_ENDPOINT, if it is set) and try again: a download resumes where it stopped';
  return new LoraBridgeError('resource.download.failed', message, { cause, hint: `${network}; ${localFile}.` });
}

export function hubOffline(repository: string): LoraBridgeError {
  return new LoraBridgeError(
    'resource.hub.offline',
    `The model ${repository} has not been downloaded, and HF_HUB_OFFLINE is set.`,
    {
      hint: `Unset HF_HUB_OFFLINE to download it; ${localFile}.`,
    },
  );
}
