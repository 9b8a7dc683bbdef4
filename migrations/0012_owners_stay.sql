CREATE TRIGGER `owner_stays` BEFORE UPDATE OF `role`, `enabled` ON `users`
WHEN OLD.`role` IN ('owner', 'operator') AND OLD.`enabled` = 1
  AND (NEW.`role` <> OLD.`role` OR NEW.`enabled` = 0)
  AND NOT EXISTS (
    SELECT 1 FROM `users` WHERE `site_id` = OLD.`site_id` AND `role` = OLD.`role`
      AND `enabled` = 1 AND `id` <> OLD.`id`
  )
BEGIN SELECT RAISE(ABORT, 'the last owner stays'); END;
--> statement-breakpoint
CREATE TRIGGER `owner_remains` BEFORE DELETE ON `users`
WHEN OLD.`role` IN ('owner', 'operator') AND OLD.`enabled` = 1
  AND EXISTS (SELECT 1 FROM `sites` WHERE `id` = OLD.`site_id`)
  AND NOT EXISTS (
    SELECT 1 FROM `users` WHERE `site_id` = OLD.`site_id` AND `role` = OLD.`role`
      AND `enabled` = 1 AND `id` <> OLD.`id`
  )
BEGIN SELECT RAISE(ABORT, 'the last owner stays'); END;
