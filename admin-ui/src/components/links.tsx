/** Mantine's look with the router's typed addresses. */
import {
  Anchor,
  type AnchorProps,
  Button,
  type ButtonProps,
  Card,
  type CardProps,
  NavLink,
  type NavLinkProps,
} from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import type { AnchorHTMLAttributes, Ref } from "react";

type Native<Props> = Props &
  Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof Props> & { ref?: Ref<HTMLAnchorElement> };

export const LinkButton = createLink((props: Native<ButtonProps>) => (
  <Button component="a" {...props} />
));
export const LinkAnchor = createLink((props: Native<AnchorProps>) => <Anchor {...props} />);
export const LinkCard = createLink((props: Native<CardProps>) => <Card component="a" {...props} />);
export const LinkNav = createLink((props: Native<NavLinkProps>) => (
  <NavLink component="a" {...props} />
));
