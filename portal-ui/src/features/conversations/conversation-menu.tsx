import type { Conversation } from "@contract/portal.ts";
import { useState } from "react";
import { Icon } from "../../components/icons.tsx";
import { Menu } from "../../components/menu.tsx";
import { useText } from "../../lib/i18n.ts";
import { RenameDialog } from "./rename-dialog.tsx";
import { useConversationActions } from "./use-conversation-actions.ts";

/** What can be done with a conversation. */
export function ConversationMenu(props: { conversation: Conversation; className?: string }) {
  const { conversation, className } = props;
  const text = useText();
  const [renaming, setRenaming] = useState(false);
  const { change, remove, exportMarkdown } = useConversationActions(conversation);
  const { pinned, title } = conversation;
  return (
    <>
      <Menu
        label={text.conversationActions(title || text.untitled)}
        className={`icon-button ${className ?? ""}`}
        items={[
          { label: text.rename, icon: "edit", onSelect: () => setRenaming(true) },
          {
            label: pinned ? text.unpin : text.pin,
            icon: "pin",
            onSelect: () => void change({ pinned: !pinned }),
          },
          {
            label: text.exportMarkdown,
            icon: "download",
            onSelect: () => void exportMarkdown(),
          },
          { label: text.delete, icon: "trash", danger: true, onSelect: () => void remove() },
        ]}
      >
        <Icon name="more" />
      </Menu>
      {renaming && (
        <RenameDialog
          title={title}
          onClose={() => setRenaming(false)}
          onRename={(renamed) => {
            setRenaming(false);
            void change({ title: renamed });
          }}
        />
      )}
    </>
  );
}
