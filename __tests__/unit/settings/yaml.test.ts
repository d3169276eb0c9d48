import { describe, expect, it } from '@jest/globals';
import { loadYaml, readYaml, YamlNeeded } from '../../../src/settings/yaml.ts';

describe('YAML', () => {
  it('is not read before the parser is loaded, which is said', async () => {
    expect(() => readYaml('a: 1')).toThrow(YamlNeeded);
    expect(readYaml('#'.repeat(300_000))).toEqual({ wrong: 'is over 256 KiB' });
    await loadYaml();
    expect(readYaml('a: 1')).toEqual({ value: { a: 1 } });
  });
});
