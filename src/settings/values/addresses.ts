/** URLs, image references, versions of charts and paths of requests. */

import type { Parse, Say } from '../problems.ts';
import { line } from './names.ts';

/** `auto`, `in-cluster`, or the URL users' requests go to, without a trailing slash. */
export const gatewayUrl: Parse<string> = (given, say) => {
  const text = line(given, say);
  if (text === undefined || text === 'auto' || text === 'in-cluster') return text;
  return webAddress(text, 'auto, in-cluster, or a URL such as https://api.example.com', say)?.href.replace(/\/+$/, '');
};

/** A helm repository: https, or http on this machine only, since charts decide what runs in the cluster. */
export const chartRepository = secureAddress('https://charts.konghq.com');

/** A mirror of kubectl's and helm's builds. */
export const toolsMirror = secureAddress('https://mirror.example.com/tools');

/** A base URL without a trailing slash: https, or http on this machine only. */
function secureAddress(example: string): Parse<string> {
  return (given, say) => {
    const text = line(given, say);
    if (text === undefined) return undefined;
    const url = webAddress(text, `a URL such as ${example}`, say);
    if (url === undefined) return undefined;
    if (url.protocol === 'https:' || ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)) {
      return url.href.replace(/\/+$/, '');
    }
    say('must use https: http is allowed for 127.0.0.1 and localhost only');
    return undefined;
  };
}

function webAddress(text: string, allowed: string, say: Say): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:\/\/[^/]/i.test(text)) {
    say(`must be ${allowed}`);
    return undefined;
  }
  if (url.username !== '' || url.password !== '') {
    say('must not hold a user name or password: send credentials with probe-headers');
    return undefined;
  }
  if (/[?#\\\s]/.test(text)) {
    say('must not hold a query ("?"), a fragment ("#"), a backslash or spaces');
    return undefined;
  }
  return url;
}

/** An exact chart version (semver.org), without `v`; ranges would install what nobody reviewed. */
export const chartVersion: Parse<string> = (given, say) => {
  const text = line(given, say);
  const part = '(0|[1-9]\\d{0,8})';
  const semver = new RegExp(`^${part}\\.${part}\\.${part}(-[0-9A-Za-z.-]{1,64})?(\\+[0-9A-Za-z.-]{1,64})?$`);
  if (text === undefined || semver.test(text)) return text;
  say('must be one exact version such as 0.24.0');
  return undefined;
};

/** An image reference: `[host[:port]/]path[:tag][@sha256:digest]`, checked loosely; the cluster has the last word. */
export const imageReference: Parse<string> = (given, say) => {
  const text = line(given, say);
  if (text === undefined) return undefined;
  const form =
    /^[A-Za-z0-9][\w.-]*(:\d{1,5}(?=\/))?(\/[A-Za-z0-9][\w.-]*)*(:\w[\w.-]{0,127})?(@[a-z0-9]+:[0-9a-f]{32,128})?$/;
  if (text.length <= 1024 && form.test(text)) return text;
  say('must be an image reference such as ghcr.io/acme/jazz:v2 or ghcr.io/acme/jazz@sha256:…');
  return undefined;
};

/** Path and query of a request, from the gateway's root, in the characters RFC 3986 allows there. */
export const requestPath: Parse<string> = (given, say) => {
  const text = line(given, say);
  if (text === undefined) return undefined;
  const form = /^\/(?!\/)([\w.~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*$/;
  if (text.length <= 2048 && form.test(text)) return text;
  say('must be a path such as /dj/jazz: one leading "/", no spaces, no "#", other characters as %XX');
  return undefined;
};
