/** The floor: a Worker that only forwards. */
export default {
  fetch(request, env) {
    const { pathname } = new URL(request.url);
    return fetch(env.UPSTREAM + pathname, {
      method: "POST",
      headers: request.headers,
      body: request.body,
    });
  },
};
