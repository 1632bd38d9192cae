/** A screen that belongs to some roles only: everybody else reads whose it is, and the server is not asked in vain. */
import type { ComponentChildren } from "preact";
import type { Schemas } from "../../api/client";
import { t } from "../../text";
import { type OfficeKey, to } from "../../text/office";
import { Note } from "../../ui/parts";
import { session } from "./session";

type Role = Schemas["SessionOut"]["staff"]["role"];

export function ForRoles(props: { roles: readonly Role[]; title: OfficeKey; children: ComponentChildren }) {
  const role = session.value?.staff.role;
  if (!role || props.roles.includes(role)) return <>{props.children}</>;
  return (
    <section>
      <header class="page-head">
        <h1 class="title">{to(props.title)}</h1>
      </header>
      <Note title={to("roles.only", { roles: props.roles.map((each) => t(`role.${each}`)).join("・") })}>
        {to("roles.ask")}
      </Note>
    </section>
  );
}
