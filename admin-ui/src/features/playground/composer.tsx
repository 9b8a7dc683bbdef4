/** The question being written, for one side or both. */
import { ActionIcon, Button, CloseButton, FileButton, Group, Text, Textarea } from "@mantine/core";
import { IconPhoto, IconPlayerStopFilled, IconSend2 } from "@tabler/icons-react";
import type { ClipboardEvent, DragEvent, KeyboardEvent, ReactNode } from "react";
import { IMAGE_TYPES, imageFiles } from "../../../../portal-ui/src/features/chat/images.ts";
import { useTexts } from "../../lib/i18n.ts";
import classes from "./playground.module.css";
import type { Question } from "./request.ts";
import { playgroundTexts } from "./texts.ts";
import { useImages } from "./use-images.ts";

interface Props {
  value: Question;
  onChange: (value: Question) => void;
  onSend: () => void;
  onStop: () => void;
  running: boolean;
  /** Whether what is there may be sent. */
  ready: boolean;
  /** Beside the button that sends. */
  note: ReactNode;
  /** Names of those asked that are not known to see pictures. */
  blind: readonly string[];
}

export function Composer({ value, onChange, onSend, ...more }: Props) {
  const { onStop, running, ready, note, blind } = more;
  const t = useTexts(playgroundTexts);
  const { text, images } = value;
  const setImages = (next: readonly string[]) => onChange({ text, images: next });
  const { add, problem } = useImages(images, setImages);

  const takeFiles = (event: ClipboardEvent | DragEvent, data: DataTransfer | null) => {
    const files = imageFiles(data);
    if (files.length === 0) return;
    event.preventDefault();
    void add(files);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const composing = event.nativeEvent.isComposing || event.keyCode === 229;
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || composing) return;
    event.preventDefault();
    if (ready) onSend();
  };
  return (
    <form
      className={classes.composer}
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) onSend();
      }}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => takeFiles(event, event.dataTransfer)}
    >
      <Pictures images={images} onChange={setImages} />
      <Textarea
        aria-label={t.question}
        placeholder={t.placeholder}
        variant="unstyled"
        autosize
        minRows={2}
        maxRows={10}
        value={text}
        onChange={(event) => onChange({ text: event.currentTarget.value, images })}
        onKeyDown={onKeyDown}
        onPaste={(event) => takeFiles(event, event.clipboardData)}
      />
      {problem && (
        <Text size="sm" c="red" role="alert">
          {problem}
        </Text>
      )}
      {images.length > 0 && blind.length > 0 && (
        <Text size="sm" c="dimmed">
          {t.noVision(blind.join(", "))}
        </Text>
      )}
      <Group justify="space-between">
        <FileButton multiple accept={IMAGE_TYPES.join(",")} onChange={(files) => void add(files)}>
          {(props) => (
            <ActionIcon
              {...props}
              variant="subtle"
              color="gray"
              size="lg"
              aria-label={t.attach}
              title={t.attach}
            >
              <IconPhoto size={18} />
            </ActionIcon>
          )}
        </FileButton>
        <Group gap="sm">
          {note}
          {running ? (
            <Button
              variant="default"
              leftSection={<IconPlayerStopFilled size={16} aria-hidden />}
              onClick={onStop}
            >
              {t.stopAnswer}
            </Button>
          ) : (
            <Button
              type="submit"
              disabled={!ready}
              leftSection={<IconSend2 size={16} aria-hidden />}
            >
              {t.send}
            </Button>
          )}
        </Group>
      </Group>
    </form>
  );
}

interface PicturesProps {
  images: readonly string[];
  onChange: (images: readonly string[]) => void;
}

function Pictures({ images, onChange }: PicturesProps) {
  const t = useTexts(playgroundTexts);
  if (images.length === 0) return null;
  return (
    <div className={classes.pictures}>
      {images.map((url, index) => (
        <span key={url}>
          <img src={url} alt={t.image(index + 1)} />
          <CloseButton
            size="sm"
            aria-label={t.removeImage(index + 1)}
            onClick={() => onChange(images.filter((one) => one !== url))}
          />
        </span>
      ))}
    </div>
  );
}
