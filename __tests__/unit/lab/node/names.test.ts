import { beforeEach, describe, expect, it } from '@jest/globals';
import { NameTable } from '../../../../lab/node/names.ts';
import { serviceOf, sliceOf } from './fake-cluster.ts';

describe('the name table of the lab', () => {
  let names: NameTable;
  const service = serviceOf({ clusterIP: '10.96.1.2', clusterIPs: ['10.96.1.2'], ports: [{ name: 'http', port: 80 }] });
  const at = (port: number) => ({ host: '127.0.0.1', port });

  beforeEach(() => {
    names = new NameTable();
    names.setHost('10.244.0.2', new Map([[9080, 40_002]]));
    names.setHost('10.244.0.3', new Map([[9080, 40_003]]));
    names.setService(service);
    names.setSlice(
      sliceOf([
        { address: '10.244.0.2', ready: true },
        { address: '10.244.0.3', ready: true },
      ]),
    );
  });

  it('leads a pod address and a pod DNS name to the local port', () => {
    expect(names.resolve('10.244.0.2', 9080)).toEqual(at(40_002));
    expect(names.resolve('10-244-0-3.prod.pod', 9080)).toEqual(at(40_003));
    expect(names.resolve('10.244.0.2', 1)).toBeUndefined();
    expect(names.resolve('10.244.9.9', 9080)).toBeUndefined();
  });

  it.each(['jazz.prod', 'jazz.prod.svc', 'jazz.prod.svc.cluster.local', 'JAZZ.prod.svc.cluster.local.', '10.96.1.2'])(
    'takes the ready endpoints of %s in turn',
    (host) => {
      const ports = [1, 2, 3, 4].map(() => names.resolve(host, 80)?.port);
      expect(new Set(ports)).toEqual(new Set([40_002, 40_003]));
      expect(ports[0]).toBe(ports[2]);
      expect(ports[1]).toBe(ports[3]);
    },
  );

  it('knows only the ports of the Service, not those of its pods', () => {
    expect(names.resolve('jazz.prod.svc', 9080)).toBeUndefined();
  });

  it('leaves out endpoints that are not ready, and uses terminating ones only when no other is left', () => {
    names.setSlice(
      sliceOf([
        { address: '10.244.0.2', ready: false },
        { address: '10.244.0.3', ready: true },
      ]),
    );
    expect([1, 2, 3].map(() => names.resolve('jazz.prod', 80))).toEqual([at(40_003), at(40_003), at(40_003)]);
    names.setSlice(
      sliceOf([
        { address: '10.244.0.2', ready: false },
        { address: '10.244.0.3', ready: false, serving: true, terminating: true },
      ]),
    );
    expect(names.resolve('jazz.prod', 80)).toEqual(at(40_003));
    names.setSlice(sliceOf([{ address: '10.244.0.2', ready: false }]));
    expect(names.resolve('jazz.prod', 80)).toBeUndefined();
  });

  it('finds the pod port by the name of the Service port, over all slices', () => {
    names.setHost('10.244.0.4', new Map([[7070, 40_004]]));
    names.setService(
      serviceOf({
        clusterIP: '10.96.1.2',
        ports: [
          { name: 'http', port: 80 },
          { name: 'admin', port: 81 },
        ],
      }),
    );
    names.setSlice(sliceOf([{ address: '10.244.0.4', ready: true }], [{ name: 'admin', port: 7070 }], 'jazz-def'));
    expect(names.resolve('jazz.prod', 81)).toEqual(at(40_004));
    expect([1, 2, 3].map(() => names.resolve('jazz.prod', 80)?.port)).not.toContain(40_004);
  });

  it('treats a headless Service as a name of its pods', () => {
    names.setService(serviceOf({ clusterIP: 'None', clusterIPs: ['None'], ports: [{ name: 'http', port: 9080 }] }));
    expect(names.resolve('jazz.prod.svc', 9080)?.port).toBeGreaterThan(40_000);
    expect(names.resolve('None', 9080)).toBeUndefined();
  });

  it('follows an ExternalName, and not for ever', () => {
    names.setService(serviceOf({ type: 'ExternalName', externalName: 'jazz.prod.svc.cluster.local' }, 'alias'));
    names.setService(serviceOf({ type: 'ExternalName', externalName: 'loop.prod' }, 'loop'));
    expect(names.resolve('alias.prod', 80)?.port).toBeGreaterThan(40_000);
    expect(names.resolve('loop.prod', 80)).toBeUndefined();
  });

  it('forgets what is gone', () => {
    names.dropHost('10.244.0.2');
    expect([1, 2].map(() => names.resolve('jazz.prod', 80)?.port)).toEqual([40_003, 40_003]);
    names.dropSlice(sliceOf([]));
    expect(names.resolve('jazz.prod', 80)).toBeUndefined();
    names.dropService(service);
    expect(names.resolve('10.96.1.2', 80)).toBeUndefined();
  });
});
