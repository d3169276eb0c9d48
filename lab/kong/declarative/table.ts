/** Entities by id and by name. */
export class Table<T extends { id: string }> {
  readonly all: T[] = [];
  readonly #ids = new Map<string, T>();
  readonly #keys = new Map<string, T>();

  /** Answers which of the two is taken already. */
  add(item: T, key: string | undefined): 'id' | 'key' | undefined {
    if (key !== undefined && this.#keys.has(key)) return 'key';
    if (this.#ids.has(item.id)) return 'id';
    this.#ids.set(item.id, item);
    if (key !== undefined) this.#keys.set(key, item);
    this.all.push(item);
    return undefined;
  }

  find(idOrKey: string): T | undefined {
    return this.#ids.get(idOrKey) ?? this.#keys.get(idOrKey);
  }
}
