import { defineTexts } from "../../lib/i18n.ts";

export const cacheTexts = defineTexts(
  {
    title: "Response cache",
    help: "For the API: whoever asks exactly the same gets the same answer, without asking the platform again. Shared only by people of one level who may ask by the same rule.",
    on: "Give answers again",
    ttlSeconds: "For how long, seconds",
    price: "Price of such an answer, % of a new one",
    priceHelp: "0: free",
    tools: "Also requests with tools",
    toolsHelp: "A tool call that is given again may do something a second time.",
    agents: "Also agents that run on this model",
    kept: (answers: number, kilobytes: number) =>
      `${answers} ${answers === 1 ? "answer" : "answers"} kept, ${kilobytes} KB`,
    purge: "Empty the cache",
    purgeTitle: "Empty the cache of this model?",
    purgeEffect: "Every request is answered anew at first.",
    purged: (answers: number) => `${answers} removed from the cache`,
  },
  {
    title: "响应缓存",
    help: "用于 API：完全相同的请求直接得到相同的回答，不再请求平台。仅在同一等级且按同一访问规则获准的用户之间共享。",
    on: "重复使用回答",
    ttlSeconds: "有效时间（秒）",
    price: "命中价格（占正常价格的 %）",
    priceHelp: "0 表示免费",
    tools: "也用于带工具的请求",
    toolsHelp: "重复给出的工具调用可能会再次产生操作。",
    agents: "也用于基于此模型的智能体",
    kept: (answers: number, kilobytes: number) => `已缓存 ${answers} 个回答，共 ${kilobytes} KB`,
    purge: "清空缓存",
    purgeTitle: "清空该模型的缓存？",
    purgeEffect: "之后的请求会先重新获取回答。",
    purged: (answers: number) => `已从缓存中移除 ${answers} 个回答`,
  },
);
