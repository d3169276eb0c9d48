/**
 * Stands for undici in dist/ (bundle.tsconfig.json): 415 kB for `getAgentDispatcher` of @actions/http-client, which nobody here calls.
 * Its client reaches proxies by the package tunnel.
 */
export class ProxyAgent {
  constructor() {
    throw new Error('undici is not in this bundle: use getAgent of @actions/http-client');
  }
}
