CREATE TABLE `codes` (
	`site_id` text NOT NULL,
	`id` text NOT NULL,
	`purpose` text NOT NULL,
	`email` text NOT NULL,
	`user_id` text,
	`hash` text NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer,
	PRIMARY KEY(`site_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `codes_email` ON `codes` (`site_id`,`email`,`purpose`);--> statement-breakpoint
CREATE INDEX `codes_expiry` ON `codes` (`expires_at`);--> statement-breakpoint
CREATE TABLE `identities` (
	`site_id` text NOT NULL,
	`provider_id` text NOT NULL,
	`subject` text NOT NULL,
	`user_id` text NOT NULL,
	`email` text DEFAULT '' NOT NULL,
	`name` text DEFAULT '' NOT NULL,
	`created_at` integer NOT NULL,
	`last_used_at` integer,
	PRIMARY KEY(`site_id`, `provider_id`, `subject`)
);
--> statement-breakpoint
CREATE INDEX `identities_user` ON `identities` (`site_id`,`user_id`);--> statement-breakpoint
CREATE TABLE `identity_providers` (
	`site_id` text NOT NULL,
	`id` text NOT NULL,
	`slug` text NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`enabled` integer DEFAULT true NOT NULL,
	`position` integer DEFAULT 0 NOT NULL,
	`settings` text NOT NULL,
	`sealed` text,
	`hint` text DEFAULT '' NOT NULL,
	`registers` integer DEFAULT true NOT NULL,
	`level_id` text,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`site_id`, `id`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `identity_providers_slug` ON `identity_providers` (`site_id`,`slug`);--> statement-breakpoint
CREATE TABLE `invitations` (
	`site_id` text NOT NULL,
	`id` text NOT NULL,
	`email` text NOT NULL,
	`role` text NOT NULL,
	`level_id` text,
	`hash` text NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`accepted_at` integer,
	`revoked_at` integer,
	PRIMARY KEY(`site_id`, `id`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `invitations_hash` ON `invitations` (`hash`);--> statement-breakpoint
CREATE INDEX `invitations_email` ON `invitations` (`site_id`,`email`);--> statement-breakpoint
CREATE TABLE `mail_settings` (
	`site_id` text PRIMARY KEY NOT NULL,
	`transport` text NOT NULL,
	`sender` text NOT NULL,
	`settings` text NOT NULL,
	`sealed` text,
	`hint` text DEFAULT '' NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `mails` (
	`site_id` text NOT NULL,
	`id` text NOT NULL,
	`recipient` text NOT NULL,
	`subject` text NOT NULL,
	`text` text NOT NULL,
	`html` text DEFAULT '' NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`next_at` integer,
	`sent_at` integer,
	`problem` text,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`site_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `mails_next` ON `mails` (`next_at`);--> statement-breakpoint
CREATE INDEX `mails_time` ON `mails` (`site_id`,`created_at`);--> statement-breakpoint
CREATE TABLE `second_factors` (
	`site_id` text NOT NULL,
	`id` text NOT NULL,
	`user_id` text NOT NULL,
	`kind` text NOT NULL,
	`name` text DEFAULT '' NOT NULL,
	`sealed` text,
	`credential_id` text,
	`public_key` text,
	`counter` integer DEFAULT 0 NOT NULL,
	`confirmed_at` integer,
	`created_at` integer NOT NULL,
	`last_used_at` integer,
	PRIMARY KEY(`site_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `second_factors_user` ON `second_factors` (`site_id`,`user_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `second_factors_credential` ON `second_factors` (`site_id`,`credential_id`);--> statement-breakpoint
CREATE TABLE `oauth_clients` (
	`site_id` text NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`website` text DEFAULT '' NOT NULL,
	`redirect_uris` text NOT NULL,
	`grant_types` text NOT NULL,
	`scopes` text NOT NULL,
	`secret_hash` text,
	`origin` text NOT NULL,
	`enabled` integer DEFAULT true NOT NULL,
	`limits` text NOT NULL,
	`created_at` integer NOT NULL,
	`last_used_at` integer,
	PRIMARY KEY(`site_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `oauth_clients_origin` ON `oauth_clients` (`site_id`,`origin`,`last_used_at`);--> statement-breakpoint
CREATE TABLE `oauth_codes` (
	`site_id` text NOT NULL,
	`hash` text NOT NULL,
	`client_id` text NOT NULL,
	`user_id` text NOT NULL,
	`redirect_uri` text NOT NULL,
	`scopes` text NOT NULL,
	`challenge` text NOT NULL,
	`grant_id` text,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer,
	PRIMARY KEY(`site_id`, `hash`)
);
--> statement-breakpoint
CREATE INDEX `oauth_codes_expiry` ON `oauth_codes` (`expires_at`);--> statement-breakpoint
CREATE TABLE `oauth_devices` (
	`site_id` text NOT NULL,
	`hash` text NOT NULL,
	`user_code` text NOT NULL,
	`client_id` text NOT NULL,
	`scopes` text NOT NULL,
	`status` text NOT NULL,
	`user_id` text,
	`grant_id` text,
	`payload` text,
	`last_polled_at` integer,
	`interval_ms` integer NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	PRIMARY KEY(`site_id`, `hash`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `oauth_devices_user_code` ON `oauth_devices` (`site_id`,`user_code`);--> statement-breakpoint
CREATE INDEX `oauth_devices_expiry` ON `oauth_devices` (`expires_at`);--> statement-breakpoint
CREATE TABLE `oauth_grants` (
	`site_id` text NOT NULL,
	`id` text NOT NULL,
	`client_id` text NOT NULL,
	`user_id` text NOT NULL,
	`scopes` text NOT NULL,
	`created_at` integer NOT NULL,
	`last_used_at` integer,
	`revoked_at` integer,
	`revoked_why` text,
	PRIMARY KEY(`site_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `oauth_grants_user` ON `oauth_grants` (`site_id`,`user_id`);--> statement-breakpoint
CREATE INDEX `oauth_grants_client` ON `oauth_grants` (`site_id`,`client_id`);--> statement-breakpoint
CREATE TABLE `oauth_refresh_tokens` (
	`site_id` text NOT NULL,
	`hash` text NOT NULL,
	`grant_id` text NOT NULL,
	`client_id` text NOT NULL,
	`user_id` text NOT NULL,
	`scopes` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer,
	PRIMARY KEY(`site_id`, `hash`)
);
--> statement-breakpoint
CREATE INDEX `oauth_refresh_tokens_grant` ON `oauth_refresh_tokens` (`site_id`,`grant_id`);--> statement-breakpoint
CREATE INDEX `oauth_refresh_tokens_expiry` ON `oauth_refresh_tokens` (`expires_at`);--> statement-breakpoint
CREATE TABLE `editions` (
	`slug` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`limits` text NOT NULL,
	`price` text NOT NULL,
	`position` integer DEFAULT 0 NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `retired_slugs` (
	`slug` text PRIMARY KEY NOT NULL,
	`site_id` text NOT NULL,
	`until` integer NOT NULL
);
--> statement-breakpoint
PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_hosts` (
	`host` text NOT NULL,
	`site_id` text NOT NULL,
	`token` text DEFAULT '' NOT NULL,
	`verified_at` integer,
	`custom_hostname_id` text,
	`status` text DEFAULT 'pending' NOT NULL,
	`problem` text,
	`checked_at` integer,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`host`, `site_id`)
);
--> statement-breakpoint
INSERT INTO `__new_hosts`("host", "site_id", "token", "verified_at", "custom_hostname_id", "status", "problem", "checked_at", "created_at") SELECT "host", "site_id", '', "verified_at", NULL, iif("verified_at" IS NULL, 'pending', 'live'), NULL, "verified_at", "created_at" FROM `hosts`;--> statement-breakpoint
DROP TABLE `hosts`;--> statement-breakpoint
ALTER TABLE `__new_hosts` RENAME TO `hosts`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE INDEX `hosts_site` ON `hosts` (`site_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `hosts_verified` ON `hosts` (`host`) WHERE verified_at IS NOT NULL;--> statement-breakpoint
ALTER TABLE `sessions` ADD `method` text DEFAULT 'password' NOT NULL;--> statement-breakpoint
ALTER TABLE `sessions` ADD `address` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `sessions` ADD `agent` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `sessions` ADD `impersonated_by` text;--> statement-breakpoint
ALTER TABLE `sites` ADD `edition_limits` text DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE `sites` ADD `suspended_why` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `sites` ADD `sign_in` text DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE `sites` ADD `guests` text DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE `users` ADD `kind` text DEFAULT 'external' NOT NULL;--> statement-breakpoint
ALTER TABLE `users` ADD `level_expires_at` integer;--> statement-breakpoint
ALTER TABLE `users` ADD `email_verified_at` integer;--> statement-breakpoint
ALTER TABLE `users` ADD `note` text DEFAULT '' NOT NULL;--> statement-breakpoint
CREATE INDEX `users_created` ON `users` (`site_id`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `users_email_anywhere` ON `users` (`email`);