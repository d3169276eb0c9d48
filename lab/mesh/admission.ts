/** The meshes' admission webhooks: one HTTPS server that the API server calls, and their registration with it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { KubeObject } from '../../src/kube/objects.ts';
import { selfSigned } from '../node/certificate.ts';
import type { ClusterAccess } from '../node/types.ts';
import type { MeshKind, Webhook } from './types.ts';

/** What the server asks for each review. */
export interface Reviewer {
  /** The object as it should be stored instead, or undefined. */
  mutate(object: KubeObject): KubeObject | undefined;
  /** Why the object is refused, or undefined. `before` is absent for a new one. */
  refuses(object: KubeObject, before: KubeObject | undefined): string | undefined;
  /** Whether calls have to fail, as if nobody listened. */
  down(namespace: string): boolean;
}

interface Review {
  readonly apiVersion: string;
  readonly kind: string;
  readonly request: {
    readonly uid: string;
    readonly namespace?: string;
    readonly object: KubeObject;
    readonly oldObject?: KubeObject | null;
  };
}

/** The host the API server calls; its certificate is for this name. */
const HOST = 'localhost';
/** What was applied a moment before may not have been seen yet: a refusal is looked at again for so long, in milliseconds. */
const PATIENCE_MS = 1000;
const LOOK_AGAIN_MS = 50;
/** Longer than the API server keeps an idle connection (90 s): a call must not meet one that is just being closed. */
const KEEP_ALIVE_MS = 120_000;

export class AdmissionServer {
  readonly #reviewers = new Map<string, Reviewer>();
  readonly #certificate = selfSigned(HOST);
  readonly #server = https.createServer(
    { ...this.#certificate, keepAliveTimeout: KEEP_ALIVE_MS },
    (request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    },
  );

  async start(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, '127.0.0.1', resolve);
    });
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** Puts a mesh's webhook in front of the API server; resolves when it is registered, which takes effect a moment later. */
  async register(mesh: MeshKind, webhook: Webhook, reviewer: Reviewer, client: ClusterAccess): Promise<void> {
    this.#reviewers.set(mesh.name, reviewer);
    const { port } = this.#server.address() as AddressInfo;
    const hook = (verb: 'mutate' | 'validate') => ({
      name: `${verb}.${webhook.name}`,
      failurePolicy: webhook.failurePolicy,
      sideEffects: 'None',
      admissionReviewVersions: ['v1'],
      timeoutSeconds: 5,
      clientConfig: {
        url: `https://${HOST}:${port}/${mesh.name}/${verb}`,
        caBundle: Buffer.from(this.#certificate.cert).toString('base64'),
      },
      rules: webhook.rules.map((rule) => ({
        ...rule,
        operations: verb === 'mutate' ? ['CREATE'] : ['CREATE', 'UPDATE'],
      })),
      ...(webhook.namespaceLabels === undefined ? {} : { namespaceSelector: { matchLabels: webhook.namespaceLabels } }),
    });
    const pods = {
      ...hook('validate'),
      name: `pods.${webhook.name}`,
      rules: [{ apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], operations: ['CREATE'] }],
      namespaceSelector: { matchLabels: webhook.podsOf ?? {} },
    };
    await put(client, 'MutatingWebhookConfiguration', mesh.name, webhook.mutate === undefined ? [] : [hook('mutate')]);
    await put(client, 'ValidatingWebhookConfiguration', mesh.name, [
      hook('validate'),
      ...(webhook.podsOf === undefined ? [] : [pods]),
    ]);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, name = '', verb] = (request.url ?? '').split(/[/?]/);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const review = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Review;
    const { uid, namespace = '', object, oldObject } = review.request;
    const reviewer = this.#reviewers.get(name);
    if (reviewer === undefined || reviewer.down(namespace)) return void response.destroy();
    // A pod made by a ReplicaSet has no namespace of its own yet.
    const asked = { ...object, metadata: { ...object.metadata, namespace } };
    const answer =
      verb === 'mutate' ? mutation(asked, reviewer) : await verdict(asked, oldObject ?? undefined, reviewer);
    const { apiVersion, kind } = review;
    const body = JSON.stringify({ apiVersion, kind, response: { uid, ...answer } });
    response.writeHead(200, { 'content-type': 'application/json' }).end(body);
  }
}

function mutation(object: KubeObject, reviewer: Reviewer): object {
  const changed = reviewer.mutate(object);
  if (changed === undefined) return { allowed: true };
  const patch = [{ op: 'replace', path: '/spec', value: changed['spec'] }];
  return { allowed: true, patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(patch)).toString('base64') };
}

async function verdict(object: KubeObject, before: KubeObject | undefined, reviewer: Reviewer): Promise<object> {
  const deadline = Date.now() + (before === undefined ? PATIENCE_MS : 0);
  for (;;) {
    const message = reviewer.refuses(object, before);
    if (message === undefined) return { allowed: true };
    if (Date.now() >= deadline) return { allowed: false, status: { code: 400, message } };
    await pause(LOOK_AGAIN_MS);
  }
}

async function put(client: ClusterAccess, kind: string, mesh: string, webhooks: readonly unknown[]): Promise<void> {
  if (webhooks.length === 0) return;
  const plural = `${kind.toLowerCase()}s`;
  const name = `lab-${mesh}`;
  const object = { apiVersion: 'admissionregistration.k8s.io/v1', kind, metadata: { name }, webhooks };
  const path = `/apis/admissionregistration.k8s.io/v1/${plural}/${name}?fieldManager=lab&force=true`;
  const answer = await client.request('PATCH', path, object, 'application/apply-patch+yaml');
  if (answer.status >= 300) throw new Error(`${kind} ${name}: ${JSON.stringify(answer.body)}`);
}
