import { Avatar } from "@mantine/core";

/** A letter in place of the platform's logo, which is not ours to ship. */
export function PlatformMark({ name }: { name: string }) {
  return (
    <Avatar size={36} radius="md" color="brand" variant="light" aria-hidden>
      {[...name][0]?.toUpperCase()}
    </Avatar>
  );
}
