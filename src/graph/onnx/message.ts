/** @file The messages of onnx.proto that a model needs. Field numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto */
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { type Dtype, onnxDtype } from '../ir/dtype.js';
import type { Attributes } from '../ir/graph.js';
import type { Shape } from '../ir/shape.js';

/** Writes the fields of a message. */
export type Fields = (writer: BinaryWriter) => void;

export function encodeMessage(fields: Fields): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  fields(writer);
  return writer.finish();
}

export function message(writer: BinaryWriter, field: number, fields: Fields): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  fields(writer);
  writer.join();
}

export const text = (writer: BinaryWriter, field: number, value: string): BinaryWriter =>
  writer.tag(field, WireType.LengthDelimited).string(value);

export const integer = (writer: BinaryWriter, field: number, value: number): BinaryWriter =>
  writer.tag(field, WireType.Varint).int64(value);

/** AttributeProto. */
function attribute(writer: BinaryWriter, name: string, value: Attributes[string]): void {
  const type = { float: 1, int: 2, string: 3, ints: 7 };
  text(writer, 1, name);
  if (typeof value === 'number') {
    integer(writer, 3, value);
    integer(writer, 20, type.int);
  } else if (typeof value === 'string') {
    text(writer, 4, value);
    integer(writer, 20, type.string);
  } else if ('float' in value) {
    writer.tag(2, WireType.Bit32).float(value.float);
    integer(writer, 20, type.float);
  } else {
    for (const item of value) integer(writer, 8, item);
    integer(writer, 20, type.ints);
  }
}

export interface NodeFields {
  readonly type: string;
  readonly domain: string;
  readonly attributes: Attributes;
  /** An empty name is an omitted optional input. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** NodeProto. */
export function nodeFields(node: NodeFields): Fields {
  return (writer) => {
    for (const name of node.inputs) text(writer, 1, name);
    for (const name of node.outputs) text(writer, 2, name);
    text(writer, 3, node.outputs[0] ?? '');
    text(writer, 4, node.type);
    for (const [name, value] of Object.entries(node.attributes)) {
      message(writer, 5, (inner) => attribute(inner, name, value));
    }
    if (node.domain) text(writer, 7, node.domain);
  };
}

/** ValueInfoProto. Without a shape, not even the number of axes is known. */
export function valueFields(name: string, { dtype, shape }: { readonly dtype: Dtype; readonly shape?: Shape }): Fields {
  return (writer) => {
    text(writer, 1, name);
    message(writer, 2, (type) => {
      message(type, 1, (tensor) => {
        integer(tensor, 1, onnxDtype[dtype]);
        if (shape === undefined) return;
        message(tensor, 2, (dims) => {
          for (const size of shape) message(dims, 1, (dim) => integer(dim, 1, size));
        });
      });
    });
  };
}

/** Bytes inside the model, or in a file next to it. */
export type TensorContents =
  | { readonly raw: Uint8Array }
  | { readonly location: string; readonly offset: number; readonly length: number };

/** TensorProto. */
export function tensorFields(name: string, dtype: Dtype, shape: readonly number[], contents: TensorContents): Fields {
  return (writer) => {
    for (const size of shape) integer(writer, 1, size);
    integer(writer, 2, onnxDtype[dtype]);
    text(writer, 8, name);
    if ('raw' in contents) {
      writer.tag(9, WireType.LengthDelimited).bytes(contents.raw);
      return;
    }
    for (const [key, value] of Object.entries(contents)) {
      message(writer, 13, (entry) => {
        text(entry, 1, key);
        text(entry, 2, String(value));
      });
    }
    integer(writer, 14, 1);
  };
}
