/**
 * One form over one thing that the server keeps.
 * 1. A field is checked when it is left, all of them on saving; the first bad one gets the focus.
 *    Leaving it for a button checks nothing yet: the message would move the button away under the
 *    pointer, and the click would be lost.
 * 2. The server's refusal of a field appears at that field; any other above the buttons.
 * 3. Until saved, leaving asks (`UnsavedGuard`); `settled` says that it need not any more, at once
 *    and not only after the next render, because saving usually navigates away.
 */
import { type UseFormReturnType, useForm } from "@mantine/form";
import { type QueryKey, useMutation, useQueryClient } from "@tanstack/react-query";
import { type FocusEvent, type RefObject, useEffect, useRef, useState } from "react";
import { ApiError, fieldPath } from "../../lib/api.ts";

const AFTER_CLICK_MS = 250;
export interface EntityFormOptions<Values, Saved> {
  initial: Values;
  /** Messages by field path (`routes.0.model`); an empty record lets it pass. */
  validate: (values: Values) => Record<string, string>;
  save: (values: Values) => Promise<Saved>;
  onSaved?: (saved: Saved, values: Values) => void | Promise<void>;
  /** Lists that this change makes stale. */
  refreshes?: readonly QueryKey[];
}

export interface EntityForm<Values> {
  form: UseFormReturnType<Values>;
  element: RefObject<HTMLFormElement | null>;
  settled: RefObject<boolean>;
  saving: boolean;
  /** A failure that belongs to no field. */
  failure: unknown;
  /** True after a save that the checks kept back. */
  attempted: boolean;
  leaveField: (event: FocusEvent<HTMLFormElement>) => void;
  submit: (event?: React.SyntheticEvent<HTMLFormElement>) => void;
}

/** Answers a function that puts the focus on the first bad field, once its message is drawn. */
function useFocusFirstBad(element: RefObject<HTMLFormElement | null>, errors: unknown) {
  const wanted = useRef(false);
  const focus = () => {
    const bad = element.current?.querySelector<HTMLElement>('[aria-invalid="true"]');
    if (!wanted.current || !bad) return;
    wanted.current = false;
    bad.focus();
    bad.scrollIntoView({ block: "center", behavior: "smooth" });
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: the drawn errors are what it waits for
  useEffect(focus, [errors]);
  return () => {
    wanted.current = true;
    requestAnimationFrame(focus);
  };
}

export function useEntityForm<Values extends object, Saved>(
  options: EntityFormOptions<Values, Saved>,
): EntityForm<Values> {
  const queryClient = useQueryClient();
  const element = useRef<HTMLFormElement | null>(null);
  const settled = useRef(false);
  const [attempted, setAttempted] = useState(false);
  const form = useForm<Values>({
    initialValues: options.initial,
    validate: options.validate,
  });
  const focusFirstBad = useFocusFirstBad(element, form.errors);
  const mutation = useMutation({
    mutationFn: (values: Values) => options.save(values),
    onSuccess: async (saved, values) => {
      settled.current = true;
      form.resetDirty(values);
      for (const queryKey of options.refreshes ?? []) {
        void queryClient.invalidateQueries({ queryKey });
      }
      await options.onSaved?.(saved, values);
      // The form may stay on the screen and be changed again.
      queueMicrotask(() => {
        settled.current = false;
      });
    },
    onError: (error) => {
      if (!(error instanceof ApiError) || !error.param) return;
      const path = fieldPath(error.param);
      const known = element.current?.querySelector(`[data-path="${CSS.escape(path)}"]`);
      if (known) {
        form.setErrors({ [path]: error.message });
        focusFirstBad();
      }
    },
  });
  const atField =
    mutation.error instanceof ApiError &&
    mutation.error.param !== null &&
    fieldPath(mutation.error.param) in form.errors;
  const leaveField = (event: FocusEvent<HTMLFormElement>) => {
    const { path } = (event.target as HTMLElement).dataset;
    if (!path || event.relatedTarget instanceof HTMLButtonElement) return;
    // Safari gives a clicked button no focus: wait until the click is over.
    setTimeout(() => void form.validateField(path), AFTER_CLICK_MS);
  };
  return {
    form,
    element,
    attempted,
    leaveField,
    settled,
    saving: mutation.isPending,
    failure: atField ? null : mutation.error,
    submit: form.onSubmit(
      (values) => mutation.mutate(values),
      () => {
        setAttempted(true);
        focusFirstBad();
      },
    ),
  };
}
