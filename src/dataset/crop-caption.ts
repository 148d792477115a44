/** @file A caption of a whole image, made to fit a crop that shows only a part of it. */
import type { Framing } from './shot.js';

/** Names of framings, as taggers and people write them. */
const framingPhrase =
  /\b(?:full|upper|lower|whole)[- ]?body(?: (?:shot|view|portrait))?\b|\b(?:cowboy|wide|long|medium|close[- ]?up) shot\b|\bclose[- ]?up(?: of (?:the |a )?(?:face|head|hand))?\b|\bhead ?shot\b|全身像?|上半身|下半身/giu;

/** Below the waist. */
const below =
  'shoes? boots? feet foot barefoot toes? toenails? socks? sneakers? sandals? slippers? loafers? heels high.heels stockings? thigh-?highs? knee-?highs? pantyhose tights leggings legs? leg.?warmers? thighs? knees? ankles? calves skirt pleated.skirt miniskirt pants trousers jeans shorts kneeling'.split(
    ' ',
  );
/** Below the head, or of the whole body. */
const body =
  'hands? arms? fingers? gloves? belt waist hips navel stomach midriff breasts? chest cleavage sword weapon standing sitting walking running jumping crouching'.split(
    ' ',
  );

const tagsOf = (words: readonly string[]): RegExp =>
  new RegExp(`^(?:(?:[\\p{L}-]+ ){0,2})(?:${words.map((word) => word.replaceAll('.', '[ _-]?')).join('|')})$`, 'iu');

/** Tags of what a crop cannot show. */
const unseen: Partial<Record<Framing, readonly RegExp[]>> = {
  upper: [tagsOf(below)],
  face: [tagsOf([...below, ...body]), /^holding\b/i],
};

/**
 * The caption of a whole image for a crop of it: tags (between commas) that name another framing, or something that the crop cannot
 * show, are left out; in a sentence the framing is replaced. Of a hand only the first tag stays: the others describe the rest.
 * @param words of the crop's framing, such as `upper body`
 */
export function captionOfCrop(caption: string, framing: Framing, words: string): string {
  const tags = caption.split(/\s*[,、，]\s*/u).filter((tag) => tag !== '');
  if (framing === 'hand') return [tags[0] ?? '', words].filter((tag) => tag !== '').join(', ');
  const patterns = unseen[framing] ?? [];
  const kept = tags.filter((tag, index) => {
    if (tag.replace(framingPhrase, '').trim() === '') return false;
    // The first tag is who it is.
    return index === 0 || !patterns.some((pattern) => pattern.test(tag));
  });
  const text = kept.join(', ');
  const replaced = text.replace(framingPhrase, words).replace(/\b([Aa]) (?=upper body)/g, '$1n ');
  return replaced === text ? [text, words].filter((part) => part !== '').join(', ') : replaced;
}
