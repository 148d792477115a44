/** @file A graph as the bytes of an ONNX model, whose mapped weights stay in their files. */
import { realpathSync } from 'node:fs';
import { parse, relative, sep } from 'node:path';
import { LoraBridgeError } from '../../errors/lora-bridge-error.js';
import type { Graph, Node, Value } from '../graph.js';
import { castOp } from '../ops/layout.js';
import {
  encodeMessage,
  integer,
  message,
  type NodeFields,
  nodeFields,
  tensorFields,
  text,
  valueFields,
} from './message.js';

/** Version 20 of ONNX's own operators: implemented by all of the runtime's devices. */
export const opset = 20;
const irVersion = 9;

export interface EncodedModel {
  readonly bytes: Uint8Array;
  /** The folder that the model's file names are relative to: the root of a drive. Undefined without mapped weights. */
  readonly root: string | undefined;
  /** Some mapped weights are 16-bit floats. */
  readonly halfWeights: boolean;
}

const isWeightCast = (value: Value): boolean =>
  value.source.kind === 'node' &&
  value.source.node.op === castOp &&
  value.source.node.inputs[0]?.source.kind === 'weight';

/** The nodes that the graph's outputs need, in their order. */
function neededNodes(graph: Graph): Node[] {
  const needed = new Set<Node>();
  const stack = [...graph.outputs.values()];
  for (let value = stack.pop(); value; value = stack.pop()) {
    if (value.source.kind !== 'node' || needed.has(value.source.node)) continue;
    needed.add(value.source.node);
    for (const input of value.source.node.inputs) if (input) stack.push(input);
  }
  return graph.nodes.filter((node) => needed.has(node));
}

/** Collects what one model is made of. */
class Encoder {
  readonly nodes: NodeFields[] = [];
  readonly casts: NodeFields[] = [];
  readonly initialisers = new Map<string, Value>();
  readonly roots = new Set<string>();
  readonly #realPaths = new Map<string, string>();
  halfWeights = false;

  add(node: Node): void {
    const inputs = node.inputs.map((input) => this.#input(input));
    while (inputs.at(-1) === '') inputs.pop();
    const { op, attributes, outputs } = node;
    this.nodes.push({ type: op.type, domain: op.domain, attributes, inputs, outputs: outputs.map(({ name }) => name) });
  }

  #input(value: Value | undefined): string {
    if (!value) return '';
    if (value.source.kind === 'constant' || value.source.kind === 'weight') this.initialisers.set(value.name, value);
    if (value.source.kind !== 'node' || !isWeightCast(value)) return value.name;
    // A cast for each use, so that no widened copy lives from the forward to the backward pass. The casts come first in the
    // model: the runtime orders nodes depth first from the outputs, later inputs first, so each runs just before its use.
    const { attributes, inputs } = value.source.node;
    const name = `${value.name}_${this.casts.length}`;
    this.halfWeights = true;
    this.casts.push({ type: 'Cast', domain: '', attributes, inputs: [this.#input(inputs[0])], outputs: [name] });
    return name;
  }

  /** The real path: the runtime refuses links, and the Hugging Face cache is made of them. */
  locate(path: string): string {
    const known = this.#realPaths.get(path);
    if (known) return known;
    const real = realpathSync(path);
    const { root } = parse(real);
    this.roots.add(root);
    const location = relative(root, real).split(sep).join('/');
    this.#realPaths.set(path, location);
    return location;
  }
}

function initialiserFields(value: Value, encoder: Encoder) {
  const { name, dtype, shape, source } = value;
  if (source.kind === 'weight') {
    const { offset, bytes } = source;
    return tensorFields(name, dtype, shape, { location: encoder.locate(source.path), offset, length: bytes });
  }
  if (source.kind !== 'constant') throw new LoraBridgeError('internal', `${name} is no initialiser.`);
  const { data } = source;
  return tensorFields(name, dtype, shape, { raw: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) });
}

/** Encodes the part of the graph that its outputs need. */
export function encodeModel(graph: Graph): EncodedModel {
  const encoder = new Encoder();
  for (const node of neededNodes(graph)) {
    if (!node.outputs.some(isWeightCast)) encoder.add(node);
  }
  const bytes = encodeMessage((model) => {
    integer(model, 1, irVersion);
    text(model, 2, 'lora-bridge');
    message(model, 7, (fields) => {
      for (const node of [...encoder.casts, ...encoder.nodes]) message(fields, 1, nodeFields(node));
      text(fields, 2, 'graph');
      for (const value of encoder.initialisers.values()) message(fields, 5, initialiserFields(value, encoder));
      for (const [name, value] of graph.inputs) message(fields, 11, valueFields(name, value));
      for (const value of graph.outputs.values()) message(fields, 12, valueFields(value.name, value));
    });
    for (const [domain, version] of [
      ['', opset],
      ['com.microsoft', 1],
    ] as const) {
      message(model, 8, (entry) => {
        text(entry, 1, domain);
        integer(entry, 2, version);
      });
    }
  });
  const [root, ...others] = encoder.roots;
  if (others.length > 0) {
    throw new LoraBridgeError(
      'input.option.invalid',
      `The parts of the model lie on several drives: ${root}, ${others}.`,
      {
        hint: 'Put the whole model on one drive.',
      },
    );
  }
  return { bytes, root, halfWeights: encoder.halfWeights };
}
