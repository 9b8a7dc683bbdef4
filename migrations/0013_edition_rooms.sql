CREATE INDEX `users_kind` ON `users` (`site_id`,`kind`);--> statement-breakpoint
CREATE INDEX `identities_subject` ON `identities` (`provider_id`,`subject`);
--> statement-breakpoint
INSERT INTO `editions` (`slug`, `name`, `limits`, `price`, `position`, `updated_at`) VALUES
  ('free', 'Free', '{"callsPerMonth":1000,"agents":5,"externalUsers":100,"internalUsers":0,"ownDomains":0,"payment":false,"unbranded":false}', '{"year":0,"currency":"CNY"}', 0, 0),
  ('standard', 'Standard', '{"callsPerMonth":null,"agents":null,"externalUsers":null,"internalUsers":0,"ownDomains":null,"payment":true,"unbranded":false}', '{"year":588000,"currency":"CNY"}', 1, 0),
  ('enterprise', 'Enterprise', '{"callsPerMonth":null,"agents":null,"externalUsers":null,"internalUsers":null,"ownDomains":null,"payment":true,"unbranded":true}', '{"year":1280000,"currency":"CNY"}', 2, 0);
--> statement-breakpoint
CREATE TRIGGER `agents_room` BEFORE INSERT ON `agents`
WHEN NEW.`enabled` = 1 AND (
    SELECT count(*) FROM `agents` WHERE `site_id` = NEW.`site_id` AND `enabled` = 1
  ) >= (
    SELECT CASE WHEN json_type(`sites`.`edition_limits`, '$.agents') IS NULL
      THEN json_extract(`editions`.`limits`, '$.agents')
      ELSE json_extract(`sites`.`edition_limits`, '$.agents') END
    FROM `sites` JOIN `editions` ON `editions`.`slug` = `sites`.`edition`
    WHERE `sites`.`id` = NEW.`site_id`
  )
BEGIN SELECT RAISE(ABORT, 'edition has no room: agents'); END;
--> statement-breakpoint
CREATE TRIGGER `agents_room_again` BEFORE UPDATE OF `enabled` ON `agents`
WHEN NEW.`enabled` = 1 AND OLD.`enabled` = 0 AND (
    SELECT count(*) FROM `agents` WHERE `site_id` = NEW.`site_id` AND `enabled` = 1
  ) >= (
    SELECT CASE WHEN json_type(`sites`.`edition_limits`, '$.agents') IS NULL
      THEN json_extract(`editions`.`limits`, '$.agents')
      ELSE json_extract(`sites`.`edition_limits`, '$.agents') END
    FROM `sites` JOIN `editions` ON `editions`.`slug` = `sites`.`edition`
    WHERE `sites`.`id` = NEW.`site_id`
  )
BEGIN SELECT RAISE(ABORT, 'edition has no room: agents'); END;
--> statement-breakpoint
CREATE TRIGGER `external_users_room` BEFORE INSERT ON `users`
WHEN NEW.`kind` = 'external' AND (
    SELECT count(*) FROM `users` WHERE `site_id` = NEW.`site_id` AND `kind` = 'external'
  ) >= (
    SELECT CASE WHEN json_type(`sites`.`edition_limits`, '$.externalUsers') IS NULL
      THEN json_extract(`editions`.`limits`, '$.externalUsers')
      ELSE json_extract(`sites`.`edition_limits`, '$.externalUsers') END
    FROM `sites` JOIN `editions` ON `editions`.`slug` = `sites`.`edition`
    WHERE `sites`.`id` = NEW.`site_id`
  )
BEGIN SELECT RAISE(ABORT, 'edition has no room: external_users'); END;
--> statement-breakpoint
CREATE TRIGGER `external_users_room_again` BEFORE UPDATE OF `kind` ON `users`
WHEN NEW.`kind` = 'external' AND OLD.`kind` <> 'external' AND (
    SELECT count(*) FROM `users` WHERE `site_id` = NEW.`site_id` AND `kind` = 'external'
  ) >= (
    SELECT CASE WHEN json_type(`sites`.`edition_limits`, '$.externalUsers') IS NULL
      THEN json_extract(`editions`.`limits`, '$.externalUsers')
      ELSE json_extract(`sites`.`edition_limits`, '$.externalUsers') END
    FROM `sites` JOIN `editions` ON `editions`.`slug` = `sites`.`edition`
    WHERE `sites`.`id` = NEW.`site_id`
  )
BEGIN SELECT RAISE(ABORT, 'edition has no room: external_users'); END;
--> statement-breakpoint
CREATE TRIGGER `internal_users_room` BEFORE INSERT ON `users`
WHEN NEW.`kind` = 'internal' AND (
    SELECT count(*) FROM `users` WHERE `site_id` = NEW.`site_id` AND `kind` = 'internal'
  ) >= (
    SELECT CASE WHEN json_type(`sites`.`edition_limits`, '$.internalUsers') IS NULL
      THEN json_extract(`editions`.`limits`, '$.internalUsers')
      ELSE json_extract(`sites`.`edition_limits`, '$.internalUsers') END
    FROM `sites` JOIN `editions` ON `editions`.`slug` = `sites`.`edition`
    WHERE `sites`.`id` = NEW.`site_id`
  )
BEGIN SELECT RAISE(ABORT, 'edition has no room: internal_users'); END;
--> statement-breakpoint
CREATE TRIGGER `internal_users_room_again` BEFORE UPDATE OF `kind` ON `users`
WHEN NEW.`kind` = 'internal' AND OLD.`kind` <> 'internal' AND (
    SELECT count(*) FROM `users` WHERE `site_id` = NEW.`site_id` AND `kind` = 'internal'
  ) >= (
    SELECT CASE WHEN json_type(`sites`.`edition_limits`, '$.internalUsers') IS NULL
      THEN json_extract(`editions`.`limits`, '$.internalUsers')
      ELSE json_extract(`sites`.`edition_limits`, '$.internalUsers') END
    FROM `sites` JOIN `editions` ON `editions`.`slug` = `sites`.`edition`
    WHERE `sites`.`id` = NEW.`site_id`
  )
BEGIN SELECT RAISE(ABORT, 'edition has no room: internal_users'); END;
--> statement-breakpoint
UPDATE `sites` SET `registration` = 1 WHERE `id` = 'site_platform';
