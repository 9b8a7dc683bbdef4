ALTER TABLE `models` ADD `cost` text;--> statement-breakpoint
ALTER TABLE `prices` ADD `name` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `prices` ADD `cost` text;--> statement-breakpoint
ALTER TABLE `prices` ADD `created_by` text DEFAULT '' NOT NULL;--> statement-breakpoint
-- The name that statements know a price by; what was withdrawn has none any more.
UPDATE `prices` SET `name` = coalesce(
	(SELECT `models`.`name` FROM `models` WHERE `models`.`site_id` = `prices`.`site_id` AND `models`.`id` = `prices`.`target_id`),
	(SELECT 'agent/' || `agents`.`slug` FROM `agents` WHERE `agents`.`site_id` = `prices`.`site_id` AND `agents`.`id` = `prices`.`target_id`),
	`target_id`
);--> statement-breakpoint
-- An agent that is paid by tokens has the price of its model.
UPDATE `prices` SET `price` = coalesce(
	(SELECT `models`.`price` FROM `agents` JOIN `models`
		ON `models`.`site_id` = `agents`.`site_id` AND `models`.`id` = json_extract(`agents`.`target`, '$.modelId')
		WHERE `agents`.`site_id` = `prices`.`site_id` AND `agents`.`id` = `prices`.`target_id`),
	'{"free":true}'
) WHERE `price` = '{"byTokens":true}';--> statement-breakpoint
CREATE UNIQUE INDEX `prices_name` ON `prices` (`site_id`,`name`,`version`);