/** Chooses the face: tablet or office. Office screens and tablet screens load only when they are asked for. */
import { useEffect } from "preact/hooks";
import { loadProfile } from "./api/profile";
import { followLinks, go, path } from "./router";
import { t } from "./text";
import { Busy, PracticeBand, UpdateNote } from "./ui/frame";
import { late } from "./ui/late";

const waiting = () => <Busy label={t("loading")} />;
const Tablet = late(() => import("./screens/tablet"), waiting);
const Office = late(() => import("./screens/office"), waiting);
const Welcome = late(() => import("./screens/welcome"), waiting);

export function App() {
  useEffect(() => {
    document.addEventListener("click", followLinks);
    void loadProfile();
    return () => document.removeEventListener("click", followLinks);
  }, []);
  useEffect(() => {
    const face = remembered();
    if (path.value === "/" && face) go(`/${face}`, { replace: true });
  }, []);
  const at = path.value;
  return (
    <>
      <PracticeBand />
      {at.startsWith("/tablet") ? <Tablet /> : at.startsWith("/office") ? <Office /> : <Welcome />}
      <UpdateNote />
    </>
  );
}

/** Which face this device chose last; not personal, and only a convenience. */
function remembered(): string | null {
  const face = localStorage.getItem("otonai-face");
  return face === "tablet" || face === "office" ? face : null;
}
