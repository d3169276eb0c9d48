import { describe, expect, it } from '@jest/globals';
import { chooseProvider, journalOf, providerFor, providers } from '../../../src/routes/index.ts';
import { fixture } from './fixtures.ts';

describe('providers', () => {
  it('are found by their own names', () => {
    for (const provider of providers) expect(providerFor(provider.name)).toBe(provider);
  });

  it('lists the valid names for an unknown one', () => {
    expect(() => providerFor('linkerd')).toThrow('There is no mesh provider "linkerd". Valid: auto, gateway-api.');
  });

  it('auto takes the one whose routes are served', () => {
    const served = (apiVersion: string, kind: string) =>
      apiVersion === 'gateway.networking.k8s.io/v1' && kind === 'HTTPRoute';
    expect(chooseProvider('auto', served).name).toBe('gateway-api');
    expect(chooseProvider('gateway-api', served).name).toBe('gateway-api');
  });

  it('says which kind is missing when nothing is served', () => {
    expect(() => chooseProvider('auto', () => false)).toThrow(
      /does not serve HTTPRoute of gateway.networking.k8s.io\/v1/,
    );
    expect(() => chooseProvider('istio', () => true)).toThrow(/Valid: auto, gateway-api/);
  });

  it('reads the journal as it stands on the route', () => {
    expect(journalOf(fixture('split.yaml'))).toBe('{"version":1,"run":"run-1"}');
    expect(journalOf(fixture('bare.yaml'))).toBeUndefined();
  });
});
