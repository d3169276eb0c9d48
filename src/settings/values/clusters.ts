/** The inputs about the cluster: a kubeconfig as path or content, or the name of an EKS cluster. */
import path from 'node:path';
import { isMap } from '../../kube/objects.ts';
import type { Parse, ReadYaml } from '../problems.ts';
import { line } from './names.ts';
import type { Place } from './paths.ts';
import { kubeconfigPath } from './paths.ts';

export type KubeconfigInput =
  | { readonly path: string }
  | { readonly content: string; readonly secrets: readonly string[] };

/** Whether a text is a kubeconfig itself, not the path of one. */
export function isKubeconfigContent(given: string): boolean {
  return /[\n{]|apiVersion|^clusters:/.test(given) || given.length > 512;
}

/** A path on one line, or the YAML or JSON itself. No message shows any of the content. */
export function kubeconfig(place: Place): Parse<KubeconfigInput> {
  const asPath = kubeconfigPath(place);
  return (given, say) => {
    if (typeof given !== 'string') {
      say('must be a path, or the content of a kubeconfig as one text', '');
      return undefined;
    }
    if (!isKubeconfigContent(given)) {
      const found = asPath(given, say);
      return found === undefined ? undefined : { path: found };
    }
    const wrong = wrongContent(given, place.readYaml);
    if (wrong === undefined) return { content: given, secrets: kubeconfigSecrets(given, place.readYaml) };
    say(wrong, '');
    return undefined;
  };
}

function wrongContent(text: string, readYaml: ReadYaml): string | undefined {
  if (/^[A-Za-z0-9+/=\s]+$/.test(text))
    return 'is neither a path nor a kubeconfig: if it is one in base64, decode it first';
  const yaml = readYaml(text);
  // The parser's own words may quote what they complain about.
  if ('wrong' in yaml) {
    const where = /^line \d+, column \d+/.exec(yaml.wrong)?.[0];
    return `is not valid YAML${where === undefined ? '' : `: ${where}`}`;
  }
  const config = yaml.value;
  if (!isMap(config)) return 'is not a kubeconfig: it must be a map with clusters, users and contexts';
  for (const key of ['clusters', 'users', 'contexts'])
    if (!Array.isArray(config[key]) || config[key].length === 0)
      return `is not a whole kubeconfig: ${key} must be a list`;
  const file = relativeFile(config);
  if (file === undefined) return undefined;
  return `names a file with ${file}, which is not beside the content: make it whole with kubectl config view --raw --flatten`;
}

const fileKeys = ['certificate-authority', 'client-certificate', 'client-key', 'tokenFile'];

/** The first key that names a file relative to the kubeconfig's own folder. */
function relativeFile(value: unknown): string | undefined {
  if (Array.isArray(value)) return value.map(relativeFile).find((found) => found !== undefined);
  if (!isMap(value)) return undefined;
  for (const [key, item] of Object.entries(value)) {
    if (fileKeys.includes(key) && typeof item === 'string' && !path.isAbsolute(item)) return key;
    const below = relativeFile(item);
    if (below !== undefined) return below;
  }
  return undefined;
}

/** What must not be seen of a kubeconfig: tokens, passwords, keys (also decoded), secrets in environments of plugins. */
function kubeconfigSecrets(content: string, readYaml: ReadYaml): readonly string[] {
  const yaml = readYaml(content);
  return 'wrong' in yaml ? [] : secretsBelow(yaml.value);
}

function secretsBelow(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(secretsBelow);
  if (!isMap(value)) return [];
  const named = value['name'];
  return Object.entries(value).flatMap(([key, item]) => {
    if (typeof item !== 'string') return secretsBelow(item);
    // exec.env is a list of {name, value}.
    const secret = key === 'value' && typeof named === 'string' ? isSecretKey(named) : isSecretKey(key);
    if (!secret) return [];
    return key.endsWith('-data') ? [item, Buffer.from(item, 'base64').toString('utf8')] : [item];
  });
}

const telling = /token|passw|secret|key|credential/i;

function isSecretKey(key: string): boolean {
  return !fileKeys.includes(key) && telling.test(key);
}

/** A name of Amazon EKS (CreateCluster, `name`: letters, digits, "-" and "_", at most 100). */
export const eksCluster: Parse<string> = (given, say) => {
  const text = line(given, say);
  if (text === undefined || /^[0-9A-Za-z][\w-]{0,99}$/.test(text)) return text;
  say('must be the name of an EKS cluster (not its ARN): letters, digits, "-" and "_", at most 100');
  return undefined;
};

export const awsRegion: Parse<string> = (given, say) => {
  const text = line(given, say);
  if (text === undefined || /^[a-z]{2,4}(-[a-z]{2,12}){1,3}-\d{1,2}$/.test(text)) return text;
  say('must be a region of AWS such as eu-west-1');
  return undefined;
};

export const roleArn: Parse<string> = (given, say) => {
  const text = line(given, say);
  if (text === undefined || /^arn:aws(-[a-z]+)*:iam::\d{12}:role\/[\w+=,.@/-]{1,576}$/.test(text)) return text;
  say('must be the ARN of an IAM role such as arn:aws:iam::111122223333:role/deploy');
  return undefined;
};
