/** @file Text in every encoding that captions come in. The bytes are what Python's codecs make of the texts. */
import { describe, expect, test } from 'vitest';
import { decodeText } from '../../src/dataset/text-file.js';

const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

describe('Unicode', () => {
  const text = 'sks girl, 赤いドレス, café 🎀';
  test.each([
    ['utf-8', Buffer.from(text)],
    ['utf-8 with a mark', Buffer.from(`\uFEFF${text}`)],
    ['utf-16le with a mark', Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['utf-16le', Buffer.from(text, 'utf16le')],
    ['utf-16be with a mark', utf16be(`\uFEFF${text}`)],
    ['utf-16be', utf16be(text)],
  ])('%s', (name, bytes) => {
    expect(decodeText(bytes)).toEqual({ text, encoding: name.split(' ')[0] });
  });
});

test.each([
  ['shift_jis', '1girl, 銀髪, 制服, 走る', '316769726c2c208be294af2c2090a7959e2c20919682e9'],
  ['shift_jis', 'キャラクターの全身、背景は白', '834c83838389834e835e815b82cc91539067814194778c6982cd9492'],
  ['shift_jis', '笑顔の少女', '8fce8ae782cc8fad8f97'],
  ['shift_jis', 'アリス, ﾒｲﾄﾞ服', '8341838a83582c20d2b2c4de959e'],
  ['euc-jp', '1girl, 銀髪, 制服, 走る', '316769726c2c20b6e4c8b12c20c0a9c9fe2c20c1f6a4eb'],
  ['euc-jp', '横向きの女の子', 'b2a3b8fea4ada4cebdf7a4cebbd2'],
  ['gb18030', '1girl, 银色头发, 校服, 跑步', '316769726c2c20d2f8c9abcdb7b7a22c20d0a3b7fe2c20c5dcb2bd'],
  ['gb18030', '全身, 白色背景', 'c8abc9ed2c20b0d7c9abb1b3beb0'],
  ['gb18030', '少女在微笑', 'c9d9c5aed4dacea2d0a6'],
  ['big5', '1girl, 銀色頭髮, 制服, 跑步', '316769726c2c20bbc8a6e2c059be762c20a8eeaa412c20b65da842'],
  ['big5', '全身, 白色背景', 'a5fea8ad2c20a5d5a6e2ad49b4ba'],
  ['big5', '少女在微笑', 'a4d6a46ba662b74cafba'],
  ['euc-kr', '1girl, 은발, 교복, 달리기', '316769726c2c20c0bab9df2c20b1b3bab92c20b4deb8aeb1e2'],
  ['euc-kr', '전신, 흰색 배경', 'c0fcbdc52c20c8f2bbf620b9e8b0e6'],
  ['windows-1251', '1girl, серебряные волосы', '316769726c2c20f1e5f0e5e1f0ffedfbe520e2eeebeef1fb'],
  ['windows-1251', 'Алиса бежит', 'c0ebe8f1e020e1e5e6e8f2'],
  ['windows-1252', 'à côté d’une fenêtre', 'e02063f474e9206492756e652066656eea747265'],
  ['windows-1252', 'Alice läuft über die Straße', '416c696365206ce475667420fc626572206469652053747261df65'],
  ['windows-1252', 'niño pequeño — corriendo', '6e69f16f207065717565f16f209720636f727269656e646f'],
])('%s: %s', (encoding, text, bytes) => {
  expect(decodeText(Buffer.from(bytes, 'hex'))).toEqual({ text, encoding });
});

test('other texts of the same folder decide what is too short to tell', () => {
  // 女孩 in GBK, which is two syllables of hangul as well.
  const short = Buffer.from('c5aebaa2', 'hex');
  expect(decodeText(short)?.encoding).toBe('euc-kr');
  const others = [Buffer.from('c9d9c5aed4dacea2d0a6', 'hex')];
  expect(decodeText(short, others)).toEqual({ text: '女孩', encoding: 'gb18030' });
});

test('bytes that are no text', () => {
  expect(decodeText(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 0x0d, 0x49]))).toBeUndefined();
});
