/** 照会: one patient, many at once, and what was asked in the last two years (S-070, S-128, S-153). */
import { go, query } from "../../router";
import { ti } from "../../text/inquiry";
import { Segments } from "../../ui/parts";
import { InquireMany } from "./inquire-many";
import { InquireOne } from "./inquire-one";
import { InquiryHistory } from "./inquiry-history";
import { useOfficeKeys } from "./keys";
import "./inquiries.css";

const TABS = ["one", "many", "history"] as const;
type Tab = (typeof TABS)[number];

export default function Inquiries() {
  const asked = query.value.get("tab");
  const tab: Tab = TABS.find((each) => each === asked) ?? "one";
  const patient = query.value.get("patient");
  useOfficeKeys("other", {});
  return (
    <section class="inquiries">
      <header class="page-head">
        <h1 class="title">{ti("page.title")}</h1>
        <Segments
          label={ti("page.tabs")}
          value={tab}
          onChange={(value) => go(`/office/inquiries?tab=${value}`)}
          options={TABS.map((value) => ({ value, text: ti(`tab.${value}`) }))}
        />
      </header>
      {tab === "one" && <InquireOne key={patient} patientId={patient} />}
      {tab === "many" && <InquireMany />}
      {tab === "history" && <InquiryHistory />}
    </section>
  );
}
