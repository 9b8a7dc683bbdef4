/** A stream that is passed through while an observer parses every frame: the floor of counting tokens. */
async function observe(stream) {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of stream) {
    rest += decoder.decode(bytes, { stream: true });
    const frames = rest.split("\n\n");
    rest = frames.pop();
    for (const frame of frames) if (frame !== "data: [DONE]") JSON.parse(frame.slice(6));
  }
}

export default {
  async fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    const response = await fetch(env.UPSTREAM + pathname, {
      method: "POST",
      headers: request.headers,
      body: request.body,
    });
    const [client, observer] = response.body.tee();
    ctx.waitUntil(observe(observer));
    return new Response(client, response);
  },
};
