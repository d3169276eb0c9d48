/** Users beside a release: ask every service all along and remember each error with its moment. */
import http from 'node:http';

export interface UserError {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly service: string;
  /** Status, or the connection's error, and the first words of the body. */
  readonly what: string;
}

export class Users {
  readonly errors: UserError[] = [];
  /** Answers by service and body. */
  readonly seen = new Map<string, number>();
  total = 0;
  readonly #agent = new http.Agent({ keepAlive: true });
  readonly #underWay = new Set<Promise<void>>();
  readonly #timers: NodeJS.Timeout[];

  /**
   * @param urls by service
   * @param every milliseconds between two requests to one service
   */
  constructor(urls: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}, every = 100) {
    this.#timers = Object.entries(urls).map(([service, url]) =>
      setInterval(() => {
        const request = this.#ask(service, url, headers).finally(() => this.#underWay.delete(request));
        this.#underWay.add(request);
      }, every),
    );
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await Promise.all(this.#underWay);
    this.#agent.destroy();
  }

  #ask(service: string, url: string, headers: Readonly<Record<string, string>>): Promise<void> {
    const at = Date.now();
    return new Promise((resolve) => {
      const fail = (what: string) => {
        this.total++;
        this.errors.push({ at, service, what });
        resolve();
      };
      http
        .get(url, { agent: this.#agent, headers, timeout: 15_000 }, (response) => {
          let body = '';
          response.setEncoding('utf8').on('data', (chunk: string) => {
            body += chunk;
          });
          response.on('error', (error) => fail(error.message));
          response.on('end', () => {
            if (response.statusCode !== 200) return fail(`${response.statusCode} ${body.slice(0, 80)}`);
            this.total++;
            this.seen.set(`${service}: ${body}`, (this.seen.get(`${service}: ${body}`) ?? 0) + 1);
            resolve();
          });
        })
        .on('timeout', function (this: http.ClientRequest) {
          this.destroy(new Error('no answer in 15 s'));
        })
        .on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? error.message));
    });
  }
}
