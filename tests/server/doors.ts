/**
 * The doors that no endpoint table knows, and what each asks of whoever comes. A route that is
 * neither here nor in a table fails a test, so that none is added without saying who may call it.
 */

/** Anybody: pages, documents, health, and who this site is. */
export const OPEN_DOORS = [
  "GET /*",
  "GET /__blocklet__.js",
  "GET /admin",
  "GET /admin/assets/*",
  "GET /assets/*",
  "GET /docs",
  "GET /healthz",
  "GET /healthz/host",
  "GET /mermaid-frame.html",
  "GET /openapi.json",
  "GET /schemas/portico.json",
];

/**
 * Apps and the connecting of command lines: whoever comes proves himself as the protocol says, by a
 * code, a client's secret, PKCE or a token. `tests/routes/oauth*.test.ts` knock at these.
 */
export const PROTOCOL_DOORS = [
  "DELETE /.well-known/service/api/access-key/session",
  "GET /.well-known/oauth-authorization-server",
  "GET /.well-known/oauth-protected-resource",
  "GET /.well-known/oauth-protected-resource/*",
  "GET /.well-known/openid-configuration",
  "GET /.well-known/service/api/access-key/session",
  "GET /.well-known/service/gen-simple-access-key",
  "GET /oauth/authorize",
  "OPTIONS /.well-known/:document{oauth-.+}",
  "OPTIONS /oauth/:endpoint",
  "POST /.well-known/service/api/access-key/session",
  "POST /oauth/device_authorization",
  "POST /oauth/introspect",
  "POST /oauth/register",
  "POST /oauth/revoke",
  "POST /oauth/token",
];

/** The operator's token, on the platform's host. */
export const OPERATOR_DOORS = ["GET /metrics"];

/** An API key of the site: the gateway. */
export const KEYED_DOORS = [
  "ALL /api/v2/audio/*",
  "ALL /chat/completions",
  "ALL /embeddings",
  "ALL /images/edits",
  "ALL /images/generations",
  "ALL /videos",
  "ALL /videos/*",
  "DELETE /v1/responses/:id",
  "GET /api/ai-providers/models",
  "GET /api/ai/models",
  "GET /api/user/info",
  "GET /api/v2/models",
  "GET /api/v2/status",
  "GET /v1/models",
  "GET /v1/models/:id{.+}",
  "GET /v1/responses/:id",
  "GET /v1/responses/:id/input_items",
  "GET /v1/usage/:id",
  "GET /v1/videos/:id",
  "GET /v1/videos/:id/content",
  "GET /v1/wallet",
  "GET /v1/wallet/entries",
  "POST /api/v2/chat",
  "POST /api/v2/chat/api/v2/chat",
  "POST /api/v2/chat/completions",
  "POST /api/v2/completions",
  "POST /api/v2/embeddings",
  "POST /api/v2/image",
  "POST /api/v2/image/generations",
  "POST /api/v2/images/generate",
  "POST /api/v2/images/generations",
  "POST /api/v2/video",
  "POST /v1/audio/speech",
  "POST /v1/audio/transcriptions",
  "POST /v1/audio/translations",
  "POST /v1/chat/completions",
  "POST /v1/completions",
  "POST /v1/embeddings",
  "POST /v1/images/edits",
  "POST /v1/images/generations",
  "POST /v1/messages",
  "POST /v1/messages/count_tokens",
  "POST /v1/responses",
  "POST /v1/responses/input_tokens",
  "POST /v1/videos",
  "POST /v1/workflows/:slug/runs",
];
