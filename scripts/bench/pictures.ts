/** @file Benchmark of text to image: one picture of 512 px, 20 steps with guidance, compared with diffusers. */
import { type Benchmark, median } from './benchmark.js';
import { measure } from './child.js';
import { peerPython } from './python.js';
import { sd15Folder } from './random-model.js';

export const pictureBenchmark: Benchmark = {
  name: 'picture-512',
  async run(say) {
    const work = { folder: await sd15Folder(say), edge: 512, steps: 20 };
    say('native');
    const ours = await measure(undefined, 'native-picture.ts', work);
    say('diffusers');
    const theirs = await measure(peerPython(say), 'peer_picture.py', work);
    const [picture, peerPicture] = [median(ours.seconds), median(theirs.seconds)];
    return [
      { name: 'picture, native', value: picture, unit: 's' },
      { name: 'picture, diffusers', value: peerPicture, unit: 's' },
      { name: 'picture, native : diffusers', value: picture / peerPicture, unit: '×', atMost: 0.7 },
      { name: 'peak memory, native', value: ours.peakGigabytes, unit: 'GB' },
      { name: 'peak memory, diffusers', value: theirs.peakGigabytes, unit: 'GB' },
    ];
  },
};
