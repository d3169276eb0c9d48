/** HTTP headers in the order and spelling they came, found by name without regard to case, editable by plugins. */

interface Entry {
  name: string;
  values: string[];
}

export class HeaderTable {
  readonly #entries = new Map<string, Entry>();

  /** From `rawHeaders`: name, value, name, value, … */
  static from(raw: readonly string[]): HeaderTable {
    const table = new HeaderTable();
    for (let index = 0; index + 1 < raw.length; index += 2) table.add(raw[index] ?? '', raw[index + 1] ?? '');
    return table;
  }

  all(name: string): readonly string[] | undefined {
    return this.#entries.get(name.toLowerCase())?.values;
  }

  /** The first value. */
  get(name: string): string | undefined {
    return this.#entries.get(name.toLowerCase())?.values[0];
  }

  has(name: string): boolean {
    return this.#entries.has(name.toLowerCase());
  }

  set(name: string, value: string | readonly string[]): void {
    this.#entries.set(name.toLowerCase(), { name, values: typeof value === 'string' ? [value] : [...value] });
  }

  add(name: string, value: string): void {
    const entry = this.#entries.get(name.toLowerCase());
    if (entry === undefined) this.#entries.set(name.toLowerCase(), { name, values: [value] });
    else entry.values.push(value);
  }

  delete(name: string): void {
    this.#entries.delete(name.toLowerCase());
  }

  /** Names in lower case. */
  names(): string[] {
    return [...this.#entries.keys()];
  }

  /** Takes over every header of another table, replacing those of the same name. */
  override(other: HeaderTable): void {
    for (const [key, entry] of other.#entries) this.#entries.set(key, entry);
  }

  /** Name, value, name, value, … as node:http wants it. */
  toRaw(): string[] {
    const raw: string[] = [];
    for (const { name, values } of this.#entries.values()) {
      for (const value of values) raw.push(name, value);
    }
    return raw;
  }
}
