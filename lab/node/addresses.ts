/** Address of the node itself: outside the pods' range, and like theirs only a name. */
export const NODE_ADDRESS = '10.243.0.1';
export const NODE_NAME = 'lab-node';

/** 10.244.0.0 to 10.244.255.255 without the first two and the last address. */
const FIRST = 2;
const LAST = 0xfffe;

/** Gives each pod an address of 10.244.0.0/16 that no other pod of this lab ever had. */
export class PodAddresses {
  #next = FIRST;

  /** Throws when the range is used up: make a new lab. */
  take(): string {
    if (this.#next > LAST) throw new Error('10.244.0.0/16 is used up: this lab has made 65,000 pods; start a new one.');
    const address = `10.244.${this.#next >> 8}.${this.#next & 0xff}`;
    this.#next += 1;
    return address;
  }

  /** Keeps away from an address that a pod already had before this process started. */
  seen(address: string | undefined): void {
    const match = /^10\.244\.(\d+)\.(\d+)$/.exec(address ?? '');
    if (match === null) return;
    this.#next = Math.max(this.#next, Number(match[1]) * 256 + Number(match[2]) + 1);
  }
}
