ALTER TABLE `sites` ADD `low_balance_micro` text DEFAULT '[10000000,1000000]' NOT NULL;--> statement-breakpoint
ALTER TABLE `sites` ADD `contact` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `users` ADD `limits` text DEFAULT '{}' NOT NULL;