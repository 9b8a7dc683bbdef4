/**
 * One form over one thing that the server keeps.
 * 1. A field is checked when it is left, all of them on saving; the first bad one gets the focus.
 * 2. The server's refusal of a field appears at that field; any other above the buttons.
 * 3. Until saved, leaving asks (`UnsavedGuard`); `settled` says that it need not any more, at once
 *    and not only after the next render, because saving usually navigates away.
 */
import { type UseFormReturnType, useForm } from "@mantine/form";
import { type QueryKey, useMutation, useQueryClient } from "@tanstack/react-query";
import { type RefObject, useRef } from "react";
import { ApiError, fieldPath } from "../../lib/api.ts";

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
  submit: (event?: React.SyntheticEvent<HTMLFormElement>) => void;
}

function focusFirstBad(element: HTMLFormElement | null) {
  // After React has drawn the messages.
  requestAnimationFrame(() => {
    const bad = element?.querySelector<HTMLElement>('[aria-invalid="true"]');
    bad?.focus();
    bad?.scrollIntoView({ block: "center", behavior: "smooth" });
  });
}

export function useEntityForm<Values extends object, Saved>(
  options: EntityFormOptions<Values, Saved>,
): EntityForm<Values> {
  const queryClient = useQueryClient();
  const element = useRef<HTMLFormElement | null>(null);
  const settled = useRef(false);
  const form = useForm<Values>({
    initialValues: options.initial,
    validate: options.validate,
    validateInputOnBlur: true,
  });
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
        focusFirstBad(element.current);
      }
    },
  });
  const atField =
    mutation.error instanceof ApiError &&
    mutation.error.param !== null &&
    fieldPath(mutation.error.param) in form.errors;
  return {
    form,
    element,
    settled,
    saving: mutation.isPending,
    failure: atField ? null : mutation.error,
    submit: form.onSubmit(
      (values) => mutation.mutate(values),
      () => focusFirstBad(element.current),
    ),
  };
}
