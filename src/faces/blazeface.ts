/**
 * @file The two BlazeFace networks (Bazarevsky et al. 2019, arXiv:1907.05047) and how their outputs are decoded: with the anchors of
 * MediaPipe's `ssd_anchors_calculator`, of fixed size, so that only their centres matter.
 */
import { fileURLToPath } from 'node:url';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Rectangle } from './rectangle.js';

/** A box in the unit square of the network's input, with the sigmoid of its score. */
export interface Box {
  readonly rectangle: Rectangle;
  readonly score: number;
}

interface Network {
  readonly session: InferenceSession;
  /** Edge of the input in pixels. */
  readonly size: number;
}

/** Cells per row and anchors per cell of the two feature maps, with the names of their outputs; the same in both networks. */
const featureMaps = [
  { scores: 'Identity:0', boxes: 'Identity_2:0', cells: 16, anchors: 2 },
  { scores: 'Identity_1:0', boxes: 'Identity_3:0', cells: 8, anchors: 6 },
] as const;

/** Values per anchor: x, y, width, height and six key points. */
const stride = 16;

const scoreFloor = 0.3;

const files = [
  { name: 'face_detection_front_128x128_barracuda.onnx', size: 128 },
  { name: 'face_detection_back_256x256_barracuda.onnx', size: 256 },
] as const;

let networks: Promise<readonly Network[]> | undefined;

/** The front and the back network, loaded once, with one thread each and without warnings about unused initialisers. */
export function loadNetworks(): Promise<readonly Network[]> {
  networks ??= Promise.all(
    files.map(async ({ name, size }) => {
      const file = fileURLToPath(new URL(`../../src/faces/models/${name}`, import.meta.url));
      const session = await InferenceSession.create(file, {
        intraOpNumThreads: 1,
        interOpNumThreads: 1,
        logSeverityLevel: 3,
      });
      return { session, size };
    }),
  );
  return networks;
}

/**
 * Runs one network.
 * @param pixels [size, size, 3], −1..1
 */
export async function runNetwork({ session, size }: Network, pixels: Float32Array): Promise<Box[]> {
  const outputs = await session.run({ 'input:0': new Tensor('float32', pixels, [1, size, size, 3]) });
  return featureMaps.flatMap((map) =>
    decodeBoxes(floatsOf(outputs[map.scores]), floatsOf(outputs[map.boxes]), { ...map, size }),
  );
}

function floatsOf(tensor: Tensor | undefined): Float32Array {
  if (tensor?.data instanceof Float32Array) return tensor.data;
  throw new Error('BlazeFace has no such output.');
}

/** Boxes of one feature map whose score is at least 0.3. Coordinates are pixels relative to the centre of the anchor's cell. */
export function decodeBoxes(
  scores: Float32Array,
  boxes: Float32Array,
  map: { readonly cells: number; readonly anchors: number; readonly size: number },
): Box[] {
  const found: Box[] = [];
  scores.forEach((logit, anchor) => {
    const score = 1 / (1 + Math.exp(-logit));
    if (score < scoreFloor) return;
    const cell = Math.floor(anchor / map.anchors);
    const [x = 0, y = 0, width = 0, height = 0] = boxes
      .subarray(anchor * stride, anchor * stride + 4)
      .map((pixels) => pixels / map.size);
    if (width <= 0 || height <= 0) return;
    const centreX = ((cell % map.cells) + 0.5) / map.cells + x;
    const centreY = (Math.floor(cell / map.cells) + 0.5) / map.cells + y;
    found.push({ score, rectangle: { x: centreX - width / 2, y: centreY - height / 2, width, height } });
  });
  return found;
}
