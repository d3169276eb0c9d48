import { X509Certificate } from 'node:crypto';
import https from 'node:https';
import { describe, expect, it } from '@jest/globals';
import { selfSigned } from '../../../../lab/node/certificate.ts';
import { startKubelet } from '../../../../lab/node/kubelet.ts';
import { LogBuffer } from '../../../../lab/node/log-buffer.ts';
import { eventually } from './fake-cluster.ts';

describe('the kubelet endpoint', () => {
  it('has a certificate others can read and check', () => {
    const { cert } = selfSigned('lab-node');
    const certificate = new X509Certificate(cert);
    expect(certificate.subject).toBe('CN=lab-node');
    expect(certificate.subjectAltName).toBe('DNS:lab-node');
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(new Date(certificate.validTo).getTime()).toBeGreaterThan(Date.now());
    expect(certificate.serialNumber).not.toBe(new X509Certificate(selfSigned('lab-node').cert).serialNumber);
  });

  it('serves logs over TLS as kubectl logs asks for them', async () => {
    const log = new LogBuffer();
    for (const line of ['one', 'two', 'three']) log.write(line);
    const kubelet = await startKubelet((_, pod, __, previous) =>
      pod === 'jazz' ? (previous ? 'previous terminated container not found' : log) : undefined,
    );
    const get = (path: string) =>
      new Promise<{ status: number; text: string }>((resolve, reject) => {
        https
          .get({ host: '127.0.0.1', port: kubelet.port, path, rejectUnauthorized: false, agent: false }, (response) => {
            let text = '';
            response.on('data', (chunk) => {
              text += chunk;
              if (text.endsWith('three\n')) {
                log.write('four');
                log.close();
              }
            });
            response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
          })
          .on('error', reject);
      });
    try {
      expect(await get('/containerLogs/prod/jazz/app?tailLines=2&follow=true')).toEqual({
        status: 200,
        text: 'two\nthree\nfour\n',
      });
      expect((await get('/containerLogs/prod/jazz/app?limitBytes=5')).text).toBe('one\nt');
      expect((await get('/containerLogs/prod/jazz/app?timestamps=true&tailLines=1')).text).toMatch(
        /^\d{4}-.*Z four\n$/,
      );
      expect((await get('/containerLogs/prod/jazz/app?previous=true')).status).toBe(400);
      expect((await get('/containerLogs/prod/other/app')).status).toBe(404);
    } finally {
      await kubelet.stop();
    }
  });

  it('lets go of a reader that goes away', async () => {
    const log = new LogBuffer();
    const seen: (string | undefined)[] = [];
    const stop = log.follow((line) => seen.push(line));
    log.write('a');
    stop();
    log.write('b');
    await eventually(() => seen.length === 1);
    expect(seen).toEqual(['a']);
  });
});
