/** @file Every kind of false declaration is found: each case declares something otherwise than its reference source has it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { compareSignatures } from '../../scripts/csharp/signatures.js';
import { obstacleToKit } from './kit/install.js';

interface Case {
  readonly name: string;
  readonly real: string;
  readonly declared: string;
  /** The lines that are said of it, without the file and the namespace; empty where it is as good as right. */
  readonly difference: string;
}

const cases: readonly Case[] = [
  {
    name: 'a public type that is internal',
    real: 'internal class C {}',
    declared: 'public class C {}',
    difference: 'C: visibility: declared public, in truth internal',
  },
  {
    name: 'a public type inside an internal one',
    real: 'internal class C { public class D {} }',
    declared: 'public class C { public class D {} }',
    difference:
      'C: visibility: declared public, in truth internal\nC.D: visibility: declared public, in truth internal',
  },
  {
    name: 'an internal type that is public in one of its parts',
    real: 'partial class C {} public partial class C { public int F; }',
    declared: 'internal class C {}',
    difference: 'C: visibility: declared internal, in truth public',
  },
  {
    name: 'an internal type as it is, with private helpers',
    real: 'internal class C {}',
    declared: 'class C { internal int Help; public void Me() {} } class Helper {}',
    difference: '',
  },
  {
    name: 'a missing type',
    real: 'public class C {}',
    declared: 'public class C {} public class E {}',
    difference: 'E: is not in the reference',
  },
  {
    name: 'another kind of type',
    real: 'public struct C {}',
    declared: 'public class C { C() {} }',
    difference: 'C: kind: declared class, in truth struct',
  },
  {
    name: 'a class that is sealed',
    real: 'public sealed class C {}',
    declared: 'public class C {}',
    difference: 'C: sealed: declared not sealed, in truth sealed',
  },
  {
    name: 'a class that is static',
    real: 'public static class C {}',
    declared: 'public class C { C() {} }',
    difference: 'C: static: declared not static, in truth static',
  },
  {
    name: 'a class that is abstract',
    real: 'public abstract class C { public C() {} }',
    declared: 'public class C {}',
    difference: 'C: abstract: declared not abstract, in truth abstract',
  },
  {
    name: 'another base class',
    real: 'public class A {} public class B : A {} public class C : B {}',
    declared: 'public class A {} public class B : A {} public class C : A {}',
    difference: 'C: base: declared A, in truth B',
  },
  {
    name: 'an interface that it lacks',
    real: 'public class C {}',
    declared: 'public class C : System.IDisposable { void System.IDisposable.Dispose() {} }',
    difference: 'C: interface: declared IDisposable, which it does not have',
  },
  {
    name: 'an implicit constructor',
    real: 'public class C { internal C() {} }',
    declared: 'public class C {}',
    difference: 'C..ctor(): visibility: declared public, in truth internal',
  },
  {
    name: 'an attribute that is allowed elsewhere',
    real: '[System.AttributeUsage(System.AttributeTargets.Method, AllowMultiple = true)] public class CAttribute : System.Attribute {}',
    declared: '[System.AttributeUsage(System.AttributeTargets.Method)] public class CAttribute : System.Attribute {}',
    difference: 'CAttribute: usage: declared 64, in truth 64, AllowMultiple = True',
  },
  {
    name: 'an obsolete type',
    real: '[System.Obsolete("Use D.")] public class C {}',
    declared: 'public class C {}',
    difference: 'C: obsolete: declared not obsolete, in truth obsolete warning "Use D."',
  },
  {
    name: 'a public method that is internal',
    real: 'public class C { internal void M() {} }',
    declared: 'public class C { public void M() {} }',
    difference: 'C.M(): visibility: declared public, in truth internal',
  },
  {
    name: 'a public method that is protected',
    real: 'public class C { protected internal void M() {} }',
    declared: 'public class C { public void M() {} }',
    difference: 'C.M(): visibility: declared public, in truth protected',
  },
  {
    name: 'a method that is obsolete',
    real: 'public class C { [System.Obsolete("Gone.", true)] public void M() {} }',
    declared: 'public class C { [System.Obsolete("Gone.")] public void M() {} }',
    difference: 'C.M(): obsolete: declared obsolete warning "Gone.", in truth obsolete error "Gone."',
  },
  {
    name: 'another message of obsolescence',
    real: 'public class C { [System.Obsolete("Use N.")] public void M() {} }',
    declared: 'public class C { [System.Obsolete("Use O.")] public void M() {} }',
    difference: 'C.M(): obsolete: declared obsolete warning "Use O.", in truth obsolete warning "Use N."',
  },
  {
    name: 'a static method',
    real: 'public class C { public static void M() {} }',
    declared: 'public class C { public void M() {} }',
    difference: 'C.M(): static: declared not static, in truth static',
  },
  {
    name: 'another return type',
    real: 'public class C { public int M() => 0; }',
    declared: 'public class C { public long M() => 0; }',
    difference: 'C.M(): returns: declared long, in truth int',
  },
  {
    name: 'a return by reference',
    real: 'public class C { int f; public ref int P => ref f; }',
    declared: 'public class C { public int P => 0; }',
    difference: 'C.P: returns: declared int, in truth ref int',
  },
  {
    name: 'other parameters',
    real: 'public class C { public void M(int a) {} public void M(string a) {} }',
    declared: 'public class C { public void M(float a) {} }',
    difference: 'C.M(float): is not in the reference, which has M(int) and M(string)',
  },
  {
    name: 'a parameter passed otherwise',
    real: 'public class C { public void M(out int a) => a = 0; }',
    declared: 'public class C { public void M(ref int a) {} }',
    difference: 'C.M(ref int): is not in the reference, which has M(out int)',
  },
  {
    name: 'another name of a parameter',
    real: 'public class C { public void M(int a) {} }',
    declared: 'public class C { public void M(int b) {} }',
    difference: 'C.M(int): parameters: declared int b, in truth int a',
  },
  {
    name: 'another default value',
    real: 'public enum E { X, Y } public class C { public void M(E e = E.Y) {} }',
    declared: 'public enum E { X, Y } public class C { public void M(E e = E.X) {} }',
    difference: 'C.M(E): parameters: declared E e = 0, in truth E e = 1',
  },
  {
    name: 'a missing default value',
    real: 'public class C { public void M(float a) {} }',
    declared: 'public class C { public void M(float a = 1) {} }',
    difference: 'C.M(float): parameters: declared float a = 1, in truth float a',
  },
  {
    name: 'a constraint that is missing',
    real: 'public class C { public void M<T>() where T : C, new() {} }',
    declared: 'public class C { public void M<T>() where T : C {} }',
    difference: 'C.M`1(): type parameters: declared T C, in truth T new() C',
  },
  {
    name: 'a method that cannot be overridden',
    real: 'public class C { public void M() {} }',
    declared: 'public class C { public virtual void M() {} }',
    difference: 'C.M(): overridable: declared overridable, in truth not overridable',
  },
  {
    name: 'a method that has to be overridden',
    real: 'public abstract class C { public abstract void M(); }',
    declared: 'public abstract class C { public virtual void M() {} }',
    difference: 'C.M(): abstract: declared not abstract, in truth abstract',
  },
  {
    name: 'an override that a base class has',
    real: 'public class A { public virtual int M() => 0; } public class C : A {}',
    declared: 'public class A { public virtual int M() => 0; } public class C : A { public override int M() => 1; }',
    difference: '',
  },
  {
    name: 'a missing setter',
    real: 'public class C { public int P { get; } }',
    declared: 'public class C { public int P { get; set; } }',
    difference: 'C.P: setter: declared public, in truth internal',
  },
  {
    name: 'a setter that is not declared',
    real: 'public class C { public int P { get; set; } }',
    declared: 'public class C { public int P { get; internal set; } }',
    difference: '',
  },
  {
    name: 'a property that is a field',
    real: 'public class C { public int P; }',
    declared: 'public class C { public int P { get; set; } }',
    difference: 'C.P: kind: declared property, in truth field',
  },
  {
    name: 'a field that is read-only',
    real: 'public class C { public readonly int F; }',
    declared: 'public class C { public int F; }',
    difference: 'C.F: readonly: declared not readonly, in truth readonly',
  },
  {
    name: 'another value of a constant',
    real: 'public class C { public const float F = 100f; }',
    declared: 'public class C { public const float F = 1f; }',
    difference: 'C.F: value: declared 1, in truth 100',
  },
  {
    name: 'another value of an enumeration',
    real: 'public enum E { A = 1 << 2, B, C = A | 1 }',
    declared: 'public enum E { A = 4, B = 6 }',
    difference: 'E.B: value: declared 6, in truth 5',
  },
  {
    name: 'another underlying type of an enumeration',
    real: 'public enum E : byte { A }',
    declared: 'public enum E { A }',
    difference: 'E: underlying type: declared int, in truth byte',
  },
  {
    name: 'another delegate',
    real: 'public delegate void D(int a);',
    declared: 'public delegate bool D(int a);',
    difference: 'D: returns: declared bool, in truth void',
  },
  {
    name: 'an event of another type',
    real: 'public class C { public event System.Action<int> E; }',
    declared: 'public class C { public event System.Action E; }',
    difference: 'C.E: returns: declared Action, in truth Action<int>',
  },
  {
    name: 'a conversion the other way about',
    real: 'public struct S { public static explicit operator S(int a) => default; }',
    declared: 'public struct S { public static implicit operator S(int a) => default; }',
    difference: 'S.op_Implicit(int) to S: is not in the reference',
  },
];

const folder = mkdtempSync(join(tmpdir(), 'signatures-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Each case in a namespace of its own, and in a file of its own. */
function write(side: 'real' | 'declared'): string {
  const place = join(folder, side);
  mkdirSync(place);
  for (const [index, item] of cases.entries())
    writeFileSync(join(place, `${index}.cs`), `namespace Case${index} { ${item[side]} }`);
  return place;
}

describe.runIf(obstacleToKit() === undefined)('the comparison of declared assemblies with source', () => {
  it('says of each false declaration what is false, and nothing else', () => {
    const [reference, declared] = [write('real'), write('declared')];
    const { ok, output } = compareSignatures({
      symbols: [],
      declared: [declared],
      others: [],
      reference: [reference],
    });
    expect(ok).toBe(false);
    const found = output.split('\n').slice(0, -1);
    const said = cases.map((_, index) =>
      found
        .filter((line) => line.startsWith(join(declared, `${index}.cs`)))
        .map((line) => line.slice(line.indexOf(`Case${index}.`) + `Case${index}.`.length))
        // What follows from the kind of a type or member alone.
        .filter((line) => !/: (sealed|base|value|readonly|getter|setter|abstract)\b.*in truth none$/.test(line)),
    );
    for (const [index, item] of cases.entries()) {
      expect.soft(said[index], item.name).toEqual(item.difference === '' ? [] : item.difference.split('\n'));
    }
  }, 120_000);

  it('finds nothing where declaration and source are the same', () => {
    const engine = join(import.meta.dirname, 'Engine');
    const symbols = ['LORA_BRIDGE_URP', 'LORA_BRIDGE_HDRP'];
    const query = { symbols, declared: [engine], others: [], reference: [engine] };
    expect(compareSignatures(query)).toEqual({
      ok: true,
      output: expect.stringMatching(/^\d{3} types and \d{3} members compared, 0 differences$/),
    });
  }, 120_000);
});
