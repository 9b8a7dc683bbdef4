import { defineTexts } from "../../lib/i18n.ts";

/** What the page says on which several offers are published at once. */
export const publishTexts = defineTexts(
  {
    pickAll: (count: number) => `All ${count} that are not published yet`,
    picked: (count: number) => (count === 0 ? "Nothing is picked yet" : `${count} picked`),
    forAll: (count: number) => (count === 1 ? "For the one picked" : `For all ${count} picked`),
    edit: "What people see",
    nameMissing: "It needs a name",
    amountBad: "A number from 0 to 1,000,000",
    input: "Credits per million input tokens",
    output: "Credits per million output tokens",
    noPrice: "Without a price a model costs nothing. All kinds of price stand in the model's form.",
  },
  {
    pickAll: (count: number) => `全选尚未发布的 ${count} 项`,
    picked: (count: number) => (count === 0 ? "尚未选择" : `已选 ${count} 项`),
    forAll: (count: number) => (count === 1 ? "所选项的设置" : `所选 ${count} 项的统一设置`),
    edit: "展示信息",
    nameMissing: "请填写名称",
    amountBad: "请填写 0 到 1,000,000 之间的数字",
    input: "每百万输入 Token 的积分",
    output: "每百万输出 Token 的积分",
    noPrice: "不填价格则使用模型不收费。其他计价方式请在模型表单中设置。",
  },
);
