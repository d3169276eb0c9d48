export const id = 141;
export const ids = [141];
export const modules = {

/***/ 5141:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   systemGet: () => (/* binding */ systemGet)
/* harmony export */ });
/* harmony import */ var node_http__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7067);
/* harmony import */ var node_https__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4708);
/* harmony import */ var _actions_http_client__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4942);
/**
 * One GET through the proxy the environment names (`https_proxy`, `http_proxy`, `no_proxy`).
 *
 * The agent is that of @actions/http-client, which @actions/core brings into the bundle anyway; @actions/tool-cache
 * would add 120 kB for a download that knows no abort, no checksum and no length, and a cache without digests. Its
 * client is not used either: it follows redirects by itself and cannot be stopped.
 */



const systemGet = (url, { signal, idle }) => new Promise((resolve, reject) => {
    const secure = url.protocol === 'https:';
    const request = (secure ? node_https__WEBPACK_IMPORTED_MODULE_1__ : node_http__WEBPACK_IMPORTED_MODULE_0__).request(url, {
        // The agent through a proxy has no port of its own to fall back on.
        port: url.port || (secure ? 443 : 80),
        agent: new _actions_http_client__WEBPACK_IMPORTED_MODULE_2__/* .HttpClient */ .Qq('mesh-canary', [], { keepAlive: false }).getAgent(url.href),
        headers: { 'user-agent': 'mesh-canary', 'accept-encoding': 'identity' },
        signal,
    });
    request.setTimeout(idle, () => request.destroy(new Error(`nothing was heard for ${idle / 1000} s`)));
    request.on('error', reject);
    request.on('response', (response) => resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        body: response,
        discard: () => {
            // Destroyed with the body unread: its error has no listener and would end the process.
            response.on('error', () => undefined);
            request.destroy();
        },
    }));
    request.end();
});

/***/ })

};
