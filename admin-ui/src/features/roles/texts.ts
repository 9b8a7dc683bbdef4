import type { Permission, Role } from "@contract";
import { defineTexts } from "../../lib/i18n.ts";

export const roleTexts = defineTexts(
  {
    title: "Roles",
    help: "What each role may see and change here. A role is given in the user's form.",
    role: "Role",
    yes: "may",
    no: "may not",
    about: {
      owner: "Everything; only owners make owners, and the last one stays.",
      admin: "Everything, but no say over owners.",
      finance: "Credits, corrections and levels; sees users, prices and usage.",
      editor: "Publishes models and agents; sees their usage, not the users.",
      auditor: "Sees everything, changes nothing.",
      member: "Uses the portal; the console does not open.",
    } satisfies Record<Role, string>,
    permissions: {
      "site.read": "See the site",
      "site.write": "Change the site and its connections",
      "people.read": "See users and keys",
      "people.write": "Change users and keys",
      "money.read": "See statements",
      "money.write": "Grant credits, set levels",
      "publishing.read": "See models and agents",
      "publishing.write": "Publish and set prices",
      "insight.read": "See usage and requests",
      "audit.read": "See the audit log",
    } satisfies Record<Permission, string>,
  },
  {
    title: "角色权限",
    help: "各角色在控制台中能查看和修改的内容。角色在用户表单中指定。",
    role: "角色",
    yes: "允许",
    no: "不允许",
    about: {
      owner: "全部权限；只有所有者能指定所有者，最后一位所有者会被保留。",
      admin: "全部权限，但不能管理所有者。",
      finance: "管理积分、更正和等级；可查看用户、价格和用量。",
      editor: "发布模型和智能体；可查看用量，不可查看用户。",
      auditor: "可查看全部内容，不能修改。",
      member: "使用门户，不能进入控制台。",
    },
    permissions: {
      "site.read": "查看站点",
      "site.write": "修改站点和连接",
      "people.read": "查看用户和密钥",
      "people.write": "修改用户和密钥",
      "money.read": "查看对账单",
      "money.write": "发放积分、设置等级",
      "publishing.read": "查看模型和智能体",
      "publishing.write": "发布和定价",
      "insight.read": "查看用量和请求",
      "audit.read": "查看审计日志",
    },
  },
);
