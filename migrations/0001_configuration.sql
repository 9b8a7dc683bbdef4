CREATE TABLE `agents` (
	`site_id` text NOT NULL,
	`id` text NOT NULL,
	`slug` text NOT NULL,
	`name` text NOT NULL,
	`group_name` text DEFAULT '' NOT NULL,
	`description` text DEFAULT '' NOT NULL,
	`icon` text DEFAULT '' NOT NULL,
	`position` integer DEFAULT 0 NOT NULL,
	`enabled` integer DEFAULT true NOT NULL,
	`opening_message` text DEFAULT '' NOT NULL,
	`suggested_questions` text NOT NULL,
	`vision` integer DEFAULT false NOT NULL,
	`files` integer DEFAULT false NOT NULL,
	`target` text NOT NULL,
	`access` text NOT NULL,
	`price` text NOT NULL,
	`price_version` integer DEFAULT 1 NOT NULL,
	PRIMARY KEY(`site_id`, `id`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `agents_slug` ON `agents` (`site_id`,`slug`);--> statement-breakpoint
CREATE TABLE `api_keys` (
	`site_id` text NOT NULL,
	`id` text NOT NULL,
	`user_id` text NOT NULL,
	`name` text NOT NULL,
	`hash` text NOT NULL,
	`prefix` text NOT NULL,
	`scopes` text NOT NULL,
	`limits` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer,
	`revoked_at` integer,
	PRIMARY KEY(`site_id`, `id`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `api_keys_hash_unique` ON `api_keys` (`hash`);--> statement-breakpoint
CREATE INDEX `api_keys_user` ON `api_keys` (`site_id`,`user_id`);--> statement-breakpoint
CREATE TABLE `connection_secrets` (
	`site_id` text NOT NULL,
	`id` text NOT NULL,
	`connection_id` text NOT NULL,
	`name` text DEFAULT '' NOT NULL,
	`weight` integer DEFAULT 1 NOT NULL,
	`sealed` text NOT NULL,
	`hint` text NOT NULL,
	`disabled_reason` text,
	`position` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`site_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `connection_secrets_connection` ON `connection_secrets` (`site_id`,`connection_id`);--> statement-breakpoint
CREATE TABLE `connections` (
	`site_id` text NOT NULL,
	`id` text NOT NULL,
	`slug` text NOT NULL,
	`name` text NOT NULL,
	`connector` text NOT NULL,
	`enabled` integer DEFAULT true NOT NULL,
	`settings` text NOT NULL,
	`health` text DEFAULT 'unknown' NOT NULL,
	`health_detail` text,
	`checked_at` integer,
	PRIMARY KEY(`site_id`, `id`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `connections_slug` ON `connections` (`site_id`,`slug`);--> statement-breakpoint
CREATE TABLE `departments` (
	`site_id` text NOT NULL,
	`id` text NOT NULL,
	`slug` text NOT NULL,
	`name` text NOT NULL,
	`parent_id` text,
	PRIMARY KEY(`site_id`, `id`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `departments_slug` ON `departments` (`site_id`,`slug`);--> statement-breakpoint
CREATE TABLE `deployment` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `groups` (
	`site_id` text NOT NULL,
	`id` text NOT NULL,
	`slug` text NOT NULL,
	`name` text NOT NULL,
	PRIMARY KEY(`site_id`, `id`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `groups_slug` ON `groups` (`site_id`,`slug`);--> statement-breakpoint
CREATE TABLE `hosts` (
	`host` text PRIMARY KEY NOT NULL,
	`site_id` text NOT NULL,
	`verified_at` integer,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `hosts_site` ON `hosts` (`site_id`);--> statement-breakpoint
CREATE TABLE `levels` (
	`site_id` text NOT NULL,
	`id` text NOT NULL,
	`slug` text NOT NULL,
	`name` text NOT NULL,
	`icon` text DEFAULT '' NOT NULL,
	`is_default` integer DEFAULT false NOT NULL,
	`price` text,
	`monthly_micro` integer DEFAULT 0 NOT NULL,
	`limits` text NOT NULL,
	PRIMARY KEY(`site_id`, `id`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `levels_slug` ON `levels` (`site_id`,`slug`);--> statement-breakpoint
CREATE TABLE `model_routes` (
	`site_id` text NOT NULL,
	`model_id` text NOT NULL,
	`position` integer NOT NULL,
	`connection_id` text NOT NULL,
	`upstream_model` text NOT NULL,
	`weight` integer DEFAULT 1 NOT NULL,
	`priority` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`site_id`, `model_id`, `position`)
);
--> statement-breakpoint
CREATE INDEX `model_routes_connection` ON `model_routes` (`site_id`,`connection_id`);--> statement-breakpoint
CREATE TABLE `models` (
	`site_id` text NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`kind` text NOT NULL,
	`enabled` integer DEFAULT true NOT NULL,
	`vision` integer DEFAULT false NOT NULL,
	`max_output_tokens` integer,
	`context_tokens` integer,
	`access` text,
	`price` text NOT NULL,
	`price_version` integer DEFAULT 1 NOT NULL,
	PRIMARY KEY(`site_id`, `id`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `models_name` ON `models` (`site_id`,`name`);--> statement-breakpoint
CREATE TABLE `outbox` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`site_id` text NOT NULL,
	`user_id` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `outbox_site` ON `outbox` (`site_id`);--> statement-breakpoint
CREATE TABLE `prices` (
	`site_id` text NOT NULL,
	`target_id` text NOT NULL,
	`version` integer NOT NULL,
	`price` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`site_id`, `target_id`, `version`)
);
--> statement-breakpoint
CREATE TABLE `sessions` (
	`site_id` text NOT NULL,
	`id` text NOT NULL,
	`user_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`revoked_at` integer,
	PRIMARY KEY(`site_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `sessions_user` ON `sessions` (`site_id`,`user_id`);--> statement-breakpoint
CREATE TABLE `sites` (
	`id` text PRIMARY KEY NOT NULL,
	`slug` text NOT NULL,
	`name` text NOT NULL,
	`kind` text NOT NULL,
	`locale` text NOT NULL,
	`edition` text NOT NULL,
	`signup_micro` integer DEFAULT 0 NOT NULL,
	`registration` integer DEFAULT true NOT NULL,
	`branding` text NOT NULL,
	`suspended` integer DEFAULT false NOT NULL,
	`config_version` integer DEFAULT 1 NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `sites_slug_unique` ON `sites` (`slug`);--> statement-breakpoint
CREATE TABLE `user_groups` (
	`site_id` text NOT NULL,
	`user_id` text NOT NULL,
	`group_id` text NOT NULL,
	PRIMARY KEY(`site_id`, `user_id`, `group_id`)
);
--> statement-breakpoint
CREATE TABLE `users` (
	`site_id` text NOT NULL,
	`id` text NOT NULL,
	`email` text NOT NULL,
	`name` text DEFAULT '' NOT NULL,
	`password_hash` text,
	`role` text NOT NULL,
	`level_id` text,
	`department_id` text,
	`enabled` integer DEFAULT true NOT NULL,
	`locale` text,
	`session_epoch` integer DEFAULT 1 NOT NULL,
	`profile_version` integer DEFAULT 1 NOT NULL,
	`file_micro` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`last_login_at` integer,
	PRIMARY KEY(`site_id`, `id`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `users_email` ON `users` (`site_id`,`email`);--> statement-breakpoint
CREATE INDEX `users_level` ON `users` (`site_id`,`level_id`);--> statement-breakpoint
INSERT INTO `sites` (`id`, `slug`, `name`, `kind`, `locale`, `edition`, `registration`, `branding`, `created_at`)
VALUES ('site_platform', 'platform', 'Portico', 'internal', 'en', 'enterprise', 0, '{"slogan":"","intro":"","logo":"","color":"#3451b2","footer":""}', 0);
