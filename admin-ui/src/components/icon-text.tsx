/** The icon of an agent or a level: an emoji, or an image by its address. */
import { Avatar } from "@mantine/core";

const IMAGE = /^(https:|data:image\/)/;

export function EntityIcon({
  icon,
  name,
  size = 28,
}: {
  icon: string;
  name: string;
  size?: number;
}) {
  if (IMAGE.test(icon)) return <Avatar src={icon} alt="" size={size} radius="sm" />;
  return (
    <Avatar size={size} radius="sm" color="brand" variant="light" aria-hidden>
      {icon || [...name][0]?.toUpperCase()}
    </Avatar>
  );
}
