ALTER TABLE `api_keys` ADD `models` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `api_keys` ADD `addresses` text DEFAULT '{"allow":[],"deny":[]}' NOT NULL;--> statement-breakpoint
ALTER TABLE `sites` ADD `addresses` text DEFAULT '{"allow":[],"deny":[]}' NOT NULL;