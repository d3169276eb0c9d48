import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { applyPatch, jsonEqual, PatchFailed } from '../../../src/kube/json-patch.ts';
import type { JsonPatch } from '../../../src/kube/objects.ts';
import { pointer } from '../../../src/kube/objects.ts';

// Cases of RFC 6902, appendix A, for the operations we use.
describe('applyPatch', () => {
  it.each<[string, unknown, JsonPatch, unknown]>([
    ['adds a member (A.1)', { foo: 'bar' }, [{ op: 'add', path: '/baz', value: 1 }], { baz: 1, foo: 'bar' }],
    [
      'adds an element (A.2)',
      { foo: ['a', 'c'] },
      [{ op: 'add', path: '/foo/1', value: 'b' }],
      { foo: ['a', 'b', 'c'] },
    ],
    ['removes a member (A.3)', { baz: 1, foo: 2 }, [{ op: 'remove', path: '/baz' }], { foo: 2 }],
    ['removes an element (A.4)', { foo: [1, 2, 3] }, [{ op: 'remove', path: '/foo/1' }], { foo: [1, 3] }],
    ['replaces a value (A.5)', { baz: 1 }, [{ op: 'replace', path: '/baz', value: 2 }], { baz: 2 }],
    ['tests values (A.8)', { baz: ['a', 2] }, [{ op: 'test', path: '/baz', value: ['a', 2] }], { baz: ['a', 2] }],
    ['replaces an existing member on add (§4.1)', { w: 1 }, [{ op: 'add', path: '/w', value: 2 }], { w: 2 }],
    ['reads escapes (A.14)', { '/': 9, '~1': 10 }, [{ op: 'test', path: '/~01', value: 10 }], { '/': 9, '~1': 10 }],
    ['appends (A.16)', { foo: [1] }, [{ op: 'add', path: '/foo/-', value: [2] }], { foo: [1, [2]] }],
    ['replaces the whole', [1], [{ op: 'add', path: '', value: {} }], {}],
  ])('%s', (_, before, patch, after) => {
    const copy = structuredClone(before);
    expect(applyPatch(before, patch)).toEqual(after);
    expect(before).toEqual(copy);
  });

  it.each<[string, unknown, JsonPatch]>([
    ['a test that is not true (A.9)', { baz: 'qux' }, [{ op: 'test', path: '/baz', value: 'bar' }]],
    ['a test of something absent', {}, [{ op: 'test', path: '/baz', value: null }]],
    ['a string where a number is (A.15)', { n: 10 }, [{ op: 'test', path: '/n', value: '10' }]],
    ['add below an absent parent (A.12)', {}, [{ op: 'add', path: '/baz/bat', value: 1 }]],
    ['replace of something absent', {}, [{ op: 'replace', path: '/weight', value: 1 }]],
    ['remove of something absent', {}, [{ op: 'remove', path: '/weight' }]],
    ['an index beyond the end', { a: [1] }, [{ op: 'add', path: '/a/2', value: 1 }]],
    ['an index with a leading zero', { a: [1, 2] }, [{ op: 'test', path: '/a/01', value: 2 }]],
    ['- for anything but add', { a: [1] }, [{ op: 'remove', path: '/a/-' }]],
    ['a path through a string', { a: 'b' }, [{ op: 'add', path: '/a/0', value: 1 }]],
    ['an inherited member', {}, [{ op: 'test', path: '/constructor', value: 1 }]],
    ['a pointer without its slash', { a: 1 }, [{ op: 'remove', path: 'a' }]],
  ])('refuses %s', (_, document, patch) => {
    expect(() => applyPatch(document, patch)).toThrow(PatchFailed);
  });

  it('names the operation that failed and changes nothing', () => {
    const document = { a: 1 };
    const patch: JsonPatch = [
      { op: 'add', path: '/b', value: 2 },
      { op: 'test', path: '/a', value: 2 },
    ];
    expect(() => applyPatch(document, patch)).toThrow('operation 1 (test /a): the value is 1');
    expect(document).toEqual({ a: 1 });
  });

  it('reaches members of any name', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.jsonValue(), (outer, inner, value) => {
        const before = JSON.parse(`{${JSON.stringify(outer)}:{}}`);
        const after = applyPatch(before, [
          { op: 'add', path: pointer(outer, inner), value },
          { op: 'test', path: pointer(outer, inner), value },
        ]);
        expect(
          jsonEqual(
            after,
            JSON.parse(`{${JSON.stringify(outer)}:{${JSON.stringify(inner)}:${JSON.stringify(value)}}}`),
          ),
        ).toBe(true);
        expect(applyPatch(after, [{ op: 'remove', path: pointer(outer, inner) }])).toEqual(before);
      }),
    );
  });
});
