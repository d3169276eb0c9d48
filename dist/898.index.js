export const id = 898;
export const ids = [898];
export const modules = {

/***/ 3898:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   parseYaml: () => (/* binding */ parseYaml)
/* harmony export */ });
/* harmony import */ var yaml__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8815);
/* harmony import */ var _problems_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4379);
/**
 * YAML from users, bounded. The parser checks the uniqueness of keys in quadratic time (5,000 keys take seconds), so that is
 * done here instead, and the size is checked before it sees a byte; anchors may form circles, so values are copied with a
 * limit on depth. Read lazily: most runs give no YAML, and a tenth of the start-up is the parser's.
 */


const deepest = 32;
const mostNodes = 20_000;
/** Parses one YAML document of bounded size. Never throws. */
function parseYaml(text) {
    if (Buffer.byteLength(text) > _problems_js__WEBPACK_IMPORTED_MODULE_1__/* .mostBytes */ .j$)
        return { wrong: `is over ${_problems_js__WEBPACK_IMPORTED_MODULE_1__/* .mostBytes */ .j$ / 1024} KiB` };
    try {
        const lines = new yaml__WEBPACK_IMPORTED_MODULE_0__/* .LineCounter */ .HN();
        const tokens = [...new yaml__WEBPACK_IMPORTED_MODULE_0__/* .Parser */ .iX(lines.addNewLine).parse(text)];
        // The parser keeps its own stack, but everything after it recurses: depth is bounded in between.
        if (isTooDeep(tokens))
            return { wrong: `is nested more than ${deepest} deep` };
        const options = { lineCounter: lines, stringKeys: true, uniqueKeys: false, logLevel: 'error' };
        const [document, another] = [...new yaml__WEBPACK_IMPORTED_MODULE_0__/* .Composer */ .Dk(options).compose(tokens, true, text.length)];
        if (document === undefined || another !== undefined)
            return { wrong: 'holds several documents: keep one' };
        const [error] = [...document.errors, ...document.warnings];
        const slip = error === undefined ? repeatedKey(document) : { at: error.pos[0], message: error.message };
        if (slip !== undefined) {
            const { line, col } = lines.linePos(slip.at);
            return { wrong: `line ${line}, column ${col}: ${slip.message}` };
        }
        return { value: copy(document.toJS({ maxAliasCount: 50 }), 0, { nodes: 0 }) };
    }
    catch (error) {
        return { wrong: error instanceof Error ? error.message : String(error) };
    }
}
function isTooDeep(tokens) {
    const open = tokens.map((token) => ({ token, depth: 0 }));
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
        const { token, depth } = next;
        if (depth > deepest)
            return true;
        if (token.type === 'document' && token.value !== undefined)
            open.push({ token: token.value, depth });
        if (!('items' in token))
            continue;
        for (const { key, value } of token.items) {
            if (key)
                open.push({ token: key, depth: depth + 1 });
            if (value)
                open.push({ token: value, depth: depth + 1 });
        }
    }
    return false;
}
function repeatedKey(document) {
    let found;
    (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .visit */ .YR)(document, {
        Map(_, map) {
            const seen = new Set();
            for (const { key } of map.items) {
                if (!(0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isScalar */ .jn)(key))
                    continue;
                if (seen.has(key.value)) {
                    found = { at: key.range?.[0] ?? 0, message: `the key ${String(key.value).slice(0, 60)} is given twice` };
                    return yaml__WEBPACK_IMPORTED_MODULE_0__/* .visit */ .YR.BREAK;
                }
                seen.add(key.value);
            }
            return undefined;
        },
    });
    return found;
}
function copy(value, depth, count) {
    count.nodes += 1;
    if (depth > deepest || count.nodes > mostNodes) {
        throw new Error('is nested or repeated too much, or refers to itself');
    }
    if (Array.isArray(value))
        return value.map((item) => copy(item, depth + 1, count));
    if (typeof value !== 'object' || value === null)
        return value;
    return (0,_problems_js__WEBPACK_IMPORTED_MODULE_1__/* .record */ .g1)(Object.entries(value).map(([key, item]) => {
        if (key === '__proto__')
            throw new Error('must not have a key named __proto__');
        return [key, copy(item, depth + 1, count)];
    }));
}

/***/ })

};
