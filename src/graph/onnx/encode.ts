/** @file A graph as the bytes of an ONNX model, whose mapped weights stay in their files. */
import { realpathSync } from 'node:fs';
import { parse, relative, sep } from 'node:path';
import { LoraBridgeError } from '../../errors/lora-bridge-error.js';
import type { Dtype } from '../ir/dtype.js';
import type { Node, Value } from '../ir/graph.js';
import { sizeOf } from '../ir/shape.js';
import { neededNodes, type Subgraph } from '../ir/subgraph.js';
import { castOp, lateReshapeOp, reshapeOp } from '../ops/layout.js';
import {
  encodeMessage,
  type Fields,
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

/** Name of an input that is always 1. */
const lateOne = 'late one';

/**
 * From so many elements on, values are reshaped late: see `lateReshape`. If all were, the runtime would take minutes to plan the memory of a
 * model with many nodes.
 */
export const lateFrom = 2 ** 19;

export interface EncodeOptions {
  /** Large values get memory of their own, which is freed after use. */
  readonly returnsMemory?: boolean;
}

export interface EncodedModel {
  readonly bytes: Uint8Array;
  /** The folder that the model's file names are relative to: the root of a drive. Undefined without mapped weights. */
  readonly root: string | undefined;
  /** The model's name of each output. */
  readonly outputs: ReadonlyMap<string, string>;
  /** To be fed in each run, with the inputs. */
  readonly constants: ReadonlyMap<string, BigInt64Array>;
  /** Some mapped weights are 16-bit floats and are widened where they are used. */
  readonly widensWeights: boolean;
}

/** A 16-bit weight as float32. */
const isWidenedWeight = (value: Value): boolean =>
  value.dtype === 'float32' &&
  value.source.kind === 'node' &&
  value.source.node.op === castOp &&
  value.source.node.inputs[0]?.source.kind === 'weight';

/** Collects the contents of one model. */
class Encoder {
  readonly nodes: NodeFields[] = [];
  /** Nodes at the beginning of the model. */
  readonly early: NodeFields[] = [];
  readonly initialisers = new Map<string, Value>();
  readonly roots = new Set<string>();
  readonly constants = new Map<string, BigInt64Array>();
  readonly #realPaths = new Map<string, string>();
  readonly #lateShapes = new Map<string, string>();
  readonly #options: EncodeOptions;
  widensWeights = false;

  constructor(options: EncodeOptions) {
    this.#options = options;
  }

  add(node: Node): void {
    if (node.outputs.some(isWidenedWeight)) return;
    const inputs = node.inputs.map((input) => this.#input(input));
    while (inputs.at(-1) === '') inputs.pop();
    if (this.#isLate(node)) inputs.splice(1, 1, this.#lateShape(inputs[1] ?? ''));
    const { op, attributes, outputs } = node;
    this.nodes.push({ type: op.type, domain: op.domain, attributes, inputs, outputs: outputs.map(({ name }) => name) });
  }

  #isLate({ op, outputs: [output] }: Node): boolean {
    if (op === lateReshapeOp) return true;
    return op === reshapeOp && this.#options.returnsMemory === true && sizeOf(output?.shape ?? []) >= lateFrom;
  }

  /** The shape times a fed 1. Not even its number of axes may be known beforehand, or the runtime would still compare shapes. */
  #lateShape(shape: string): string {
    const known = this.#lateShapes.get(shape);
    if (known) return known;
    const late = `${shape}_late`;
    this.constants.set(lateOne, BigInt64Array.of(1n));
    this.early.push({ type: 'Mul', domain: '', attributes: {}, inputs: [shape, lateOne], outputs: [late] });
    this.#lateShapes.set(shape, late);
    return late;
  }

  #input(value: Value | undefined): string {
    if (!value) return '';
    if (value.source.kind === 'constant' || value.source.kind === 'weight') this.initialisers.set(value.name, value);
    if (value.source.kind !== 'node' || !isWidenedWeight(value)) return value.name;
    // One cast per use, so that no widened copy lives from the forward to the backward pass. The casts come first in the model: the
    // runtime orders nodes depth first from the outputs, later inputs first, so each runs just before its use.
    const { attributes, inputs } = value.source.node;
    const name = `${value.name}_${this.early.length}`;
    this.widensWeights = true;
    this.early.push({ type: 'Cast', domain: '', attributes, inputs: [this.#input(inputs[0])], outputs: [name] });
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
  if (source.kind !== 'constant') throw new LoraBridgeError('internal', `${name} is not an initialiser.`);
  const { data } = source;
  return tensorFields(name, dtype, shape, { raw: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) });
}

/** ModelProto around the fields of a GraphProto, but for its name. */
function encodeGraph(fields: Fields): Uint8Array {
  return encodeMessage((model) => {
    integer(model, 1, irVersion);
    text(model, 2, 'lora-bridge');
    message(model, 7, (graph) => {
      fields(graph);
      text(graph, 2, 'graph');
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
}

/** A model that copies each input, of any shape, to an output `to NAME`. */
export function encodeCopies(inputs: readonly (readonly [name: string, dtype: Dtype])[]): Uint8Array {
  return encodeGraph((fields) => {
    for (const [name] of inputs) {
      message(
        fields,
        1,
        nodeFields({ type: 'Identity', domain: '', attributes: {}, inputs: [name], outputs: [`to ${name}`] }),
      );
    }
    for (const [name, dtype] of inputs) message(fields, 11, valueFields(name, { dtype }));
    for (const [name, dtype] of inputs) message(fields, 12, valueFields(`to ${name}`, { dtype }));
  });
}

/** Encodes what the outputs need. */
export function encodeModel(subgraph: Subgraph, options: EncodeOptions = {}): EncodedModel {
  const encoder = new Encoder(options);
  for (const node of neededNodes(subgraph)) encoder.add(node);
  const outputs = new Map(Array.from(subgraph.outputs, ([name, value]) => [name, value.name]));
  const bytes = encodeGraph((fields) => {
    for (const node of [...encoder.early, ...encoder.nodes]) message(fields, 1, nodeFields(node));
    for (const value of encoder.initialisers.values()) message(fields, 5, initialiserFields(value, encoder));
    for (const value of subgraph.inputs.values()) message(fields, 11, valueFields(value.name, value));
    for (const name of encoder.constants.keys()) message(fields, 11, valueFields(name, { dtype: 'int64' }));
    for (const value of subgraph.outputs.values()) message(fields, 12, valueFields(value.name, value));
  });
  const [root, ...others] = encoder.roots;
  if (others.length > 0) {
    throw new LoraBridgeError(
      'input.option.invalid',
      `The parts of the model are on several drives: ${root}, ${others}.`,
      {
        hint: 'Put the whole model on one drive.',
      },
    );
  }
  return { bytes, root, outputs, constants: encoder.constants, widensWeights: encoder.widensWeights };
}
