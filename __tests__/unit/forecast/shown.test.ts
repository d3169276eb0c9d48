import { describe, expect, it } from '@jest/globals';
import { isQuantityPath, quantity } from '../../../src/forecast/quantity.ts';
import { shown } from '../../../src/forecast/shown.ts';

describe('a field that differs', () => {
  it('is shown with its values where they are no secret', () => {
    expect(shown(['spec', 'template', 'spec', 'containers', '[jazz]', 'image'], 'a:1', 'a:2')).toEqual({
      path: 'spec.template.spec.containers[jazz].image',
      from: 'a:1',
      to: 'a:2',
    });
    expect(shown(['spec', 'replicas'], undefined, 3)).toEqual({ path: 'spec.replicas', to: '3' });
  });

  it.each([
    [['data', 'name'], 'data.name'],
    [['stringData', 'type'], 'stringData.type'],
    [['spec', 'containers', '[a]', 'env', '[KIND]', 'name'], 'spec.containers[a].env[KIND].name'],
    [['config', 'port'], 'config.port'],
    [['metadata', 'annotations', 'example.com/a'], 'metadata.annotations["example.com/a"]'],
  ])('is shown by its path alone where they may be: %j', (path, text) => {
    expect(shown(path, 'hunter1', 'hunter2')).toEqual({ path: text });
  });
});

describe('quantities', () => {
  it.each([
    ['500m', '0.5'],
    ['1Gi', '1024Mi'],
    ['1e3', '1k'],
    [1, '1000m'],
    ['1G', '1000M'],
  ])('are the same in two spellings: %s and %s', (one, other) => {
    expect(quantity(one)).toBe(quantity(other));
  });

  it('are told apart by their unit, and words are none', () => {
    expect(quantity('1Gi')).not.toBe(quantity('1G'));
    expect(quantity('big')).toBeUndefined();
  });

  it('stand where resources are asked for', () => {
    expect(
      [
        ['resources', 'limits', 'cpu'],
        ['metadata', 'labels', 'cpu'],
      ].map(isQuantityPath),
    ).toEqual([true, false]);
  });
});
