CREATE TABLE `hostname_removals` (
	`id` text PRIMARY KEY NOT NULL,
	`host` text NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`next_try_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `hostname_removals_due` ON `hostname_removals` (`next_try_at`);--> statement-breakpoint
ALTER TABLE `hosts` ADD `next_check_at` integer;--> statement-breakpoint
ALTER TABLE `hosts` ADD `attempts` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `hosts` ADD `missing_since` integer;--> statement-breakpoint
CREATE INDEX `hosts_due` ON `hosts` (`next_check_at`);--> statement-breakpoint
CREATE INDEX `retired_slugs_site` ON `retired_slugs` (`site_id`);