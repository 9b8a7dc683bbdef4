import { EntityForm, type EntityFormProps } from "./entity-form.tsx";
import { UnsavedGuard } from "./unsaved-guard.tsx";

/** A form that asks before it is left with changes; for pages and panels, inside the router. */
export function GuardedForm<Values>(props: EntityFormProps<Values>) {
  const { kit } = props;
  return (
    <>
      <UnsavedGuard isDirty={() => !kit.settled.current && kit.form.isDirty()} />
      <EntityForm {...props} />
    </>
  );
}
