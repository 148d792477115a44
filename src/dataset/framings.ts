/** @file Which squares to cut from a shot: full body, upper body, face, hands. */
import { headSquare } from '../faces/find-face.js';
import { centreOf, clip, type Rectangle, squareAt } from '../faces/rectangle.js';
import { columnsOf, type Silhouette } from '../faces/silhouette.js';
import type { Face } from '../protocol/shot.js';
import type { Framing, Shot } from './shot.js';

export interface Cut {
  readonly framing: Framing;
  /** Square, in whole pixels of the shot; may reach beyond a transparent shot's edges. */
  readonly area: Rectangle;
  /** It shows less than the whole shot. */
  readonly derived: boolean;
  /** Whether the framing is certain, so that the caption may name it. */
  readonly known: boolean;
}

export interface CutQuery {
  readonly shot: Shot;
  readonly width: number;
  readonly height: number;
  /** Of a transparent shot. */
  readonly silhouette: Silhouette | undefined;
  readonly face: Face | undefined;
  /** Whether an opaque shot can be extended to a square, because its border has one colour. */
  readonly extendable?: boolean;
}

/** From widest to closest. */
const order: readonly Framing[] = ['full', 'upper', 'face'];

/** A closer crop is made only if its edge is at most this share of the wider one's. */
const closer = 0.85;

/** Margin around a figure, as a share of its longer side; leaves room for the shifts and zooms of variants. */
const margin = 0.05;

/** All square crops of a shot, the whole shot first. */
export function planCuts(query: CutQuery): Cut[] {
  const { shot, face } = query;
  const whole = wholeCut(query);
  const cuts = [whole];
  const add = (framing: Framing, area: Rectangle | undefined): void => {
    const wider = cuts.at(-1) ?? whole;
    if (area === undefined || area.width > closer * wider.area.width) return;
    cuts.push({ framing, area: snap(area, query), derived: true, known: true });
  };
  if (face !== undefined && order.includes(whole.framing)) {
    if (whole.framing === 'full') add('upper', upperArea(query, face));
    if (whole.framing !== 'face') add('face', headSquare(face));
  }
  if (whole.framing !== 'hand') {
    for (const [name, hand] of Object.entries(shot.regions ?? {})) {
      if (!/hand$/i.test(name) || clip(hand, query.width, query.height) === undefined) continue;
      const area = squareAt(centreOf(hand), 1.3 * Math.max(hand.width, hand.height));
      cuts.push({ framing: 'hand', area: snap(area, query), derived: true, known: true });
    }
  }
  return cuts;
}

function wholeCut(query: CutQuery): Cut {
  const { shot, width, height, silhouette, face } = query;
  const estimated = estimateFraming(query);
  const framing = shot.framing ?? estimated.framing;
  if (silhouette !== undefined) {
    const area = snap(figureSquare(silhouette.bounds, width, height), query);
    return { framing, area, derived: false, known: shot.framing !== undefined || estimated.known };
  }
  if (query.extendable) {
    const area = squareAt({ x: width / 2, y: height / 2 }, Math.max(width, height));
    const known = shot.framing !== undefined || estimated.known;
    return { framing, area: { ...area, x: Math.floor(area.x), y: Math.floor(area.y) }, derived: false, known };
  }
  // An opaque image is cropped to a square, which always contains the head.
  const side = Math.min(width, height);
  const centred = squareAt({ x: width / 2, y: height / 2 }, side);
  const head = face === undefined ? undefined : headSquare(face);
  const area = snap(head === undefined ? centred : moveOver(centred, withRoom(head)), query);
  const square = Math.max(width, height) <= 1.1 * side;
  return { framing, area, derived: false, known: (shot.framing !== undefined && square) || estimated.known };
}

/** The framing of an image, by the head's share of its height. A figure with free space below it is a full body. */
function estimateFraming({ height, silhouette, face }: CutQuery): { framing: Framing; known: boolean } {
  const bounds = silhouette?.bounds ?? { y: 0, height };
  if (silhouette !== undefined && bounds.y + bounds.height < height) return { framing: 'full', known: true };
  if (face === undefined || face.source === 'silhouette') return { framing: 'full', known: false };
  const share = headSquare(face).height / bounds.height;
  if (share > 0.65) return { framing: 'face', known: true };
  return { framing: share > 0.35 ? 'upper' : 'full', known: false };
}

/** The square around a figure. A side on which the figure is cut off by the picture's edge gets no margin. */
function figureSquare(bounds: Rectangle, width: number, height: number): Rectangle {
  const room = margin * Math.max(bounds.width, bounds.height);
  const span = (start: number, length: number, edge: number): { low: number; high: number; cut: number } => {
    const [low, high] = [start <= 0, start + length >= edge];
    return { low: start - (low ? 0 : room), high: start + length + (high ? 0 : room), cut: Number(high) - Number(low) };
  };
  const across = span(bounds.x, bounds.width, width);
  const down = span(bounds.y, bounds.height, height);
  const side = Math.max(across.high - across.low, down.high - down.low);
  // Spare space goes to both sides, or to the side that is not cut off.
  const start = ({ low, high, cut }: typeof across): number => low - ((side - (high - low)) * (1 + cut)) / 2;
  return { x: start(across), y: start(down), width: side, height: side };
}

/** From the top of the head to the waist: 0.35 of what is below the chin (a chibi's waist as well as an adult's). */
function upperArea({ silhouette }: CutQuery, face: Face): Rectangle {
  const head = headSquare(face);
  if (silhouette === undefined) {
    const side = 2.4 * head.width;
    return { x: centreOf(head).x - side / 2, y: head.y - 0.1 * head.height, width: side, height: side };
  }
  const { bounds } = silhouette;
  const chin = face.y + face.height;
  const waist = chin + 0.35 * (bounds.y + bounds.height - chin);
  // Includes raised arms above the head, but not a banner on a pole.
  const top = Math.max(bounds.y, head.y - 0.5 * head.height);
  const tall = (waist - top) * (1 + margin);
  const columns = columnsOf(silhouette, top, waist);
  const side = Math.min(Math.max(tall, columns.width * (1 + 2 * margin)), 1.3 * tall);
  const middle = columns.width <= side ? columns.x + columns.width / 2 : centreOf(head).x;
  return { x: middle - side / 2, y: waist - side, width: side, height: side };
}

/** Rounds to whole pixels; in an opaque image, moves the square inside and reduces it if necessary. */
function snap(area: Rectangle, { width, height, silhouette }: CutQuery): Rectangle {
  const opaque = silhouette === undefined;
  const side = Math.max(1, Math.round(opaque ? Math.min(area.width, width, height) : area.width));
  const centre = centreOf(area);
  const place = (middle: number, edge: number): number => {
    const start = Math.round(middle - side / 2);
    return opaque ? Math.max(0, Math.min(start, edge - side)) : start;
  };
  return { x: place(centre.x, width), y: place(centre.y, height), width: side, height: side };
}

/** A square enlarged by a quarter of its edge on each side. */
function withRoom(area: Rectangle): Rectangle {
  return squareAt(centreOf(area), 1.5 * area.width);
}

/** Moves `area` by the smallest distance that makes it cover `target`. */
function moveOver(area: Rectangle, target: Rectangle): Rectangle {
  const place = (start: number, length: number, from: number, to: number): number =>
    Math.min(Math.max(start, to - length), from);
  return {
    ...area,
    x: place(area.x, area.width, target.x, target.x + target.width),
    y: place(area.y, area.height, target.y, target.y + target.height),
  };
}
