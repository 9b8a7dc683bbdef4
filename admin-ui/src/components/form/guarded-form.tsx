import { useMayChangePage } from "../../app/may.tsx";
import { EntityForm, type EntityFormProps } from "./entity-form.tsx";
import { UnsavedGuard } from "./unsaved-guard.tsx";

/** A form that asks before it is left with changes; for pages and panels, inside the router. */
export function GuardedForm<Values>(props: EntityFormProps<Values>) {
  const { kit } = props;
  const mayChange = useMayChangePage();
  return (
    <>
      <UnsavedGuard isDirty={() => !kit.settled.current && kit.form.isDirty()} />
      <EntityForm {...props} readOnly={!mayChange} />
    </>
  );
}
