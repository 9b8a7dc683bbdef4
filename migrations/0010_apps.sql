ALTER TABLE `api_keys` ADD `client_id` text;--> statement-breakpoint
ALTER TABLE `oauth_devices` ADD `asked_from` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `oauth_devices` ADD `asked_by` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `oauth_grants` ADD `limits` text DEFAULT '{}' NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX `oauth_grants_standing` ON `oauth_grants` (`site_id`,`client_id`,`user_id`) WHERE revoked_at IS NULL;