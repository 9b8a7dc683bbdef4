/** What the scripted places to log in at know an app by; also for tests that cannot load them. */
export const CLIENT = { id: "portico client", secret: "s3cret/with:odd+signs-0123456789" };
/** The app's own credentials, whatever the platform calls them. */
export const APP = { id: "app-id-0123456789", secret: "app-secret-0123456789" };
export const WECOM_CORP = "ww0123456789abcdef";
export const DING_CORP = "ding0123456789";
