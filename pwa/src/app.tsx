/** Chooses the face: tablet or office. Office screens and tablet screens load only when they are asked for. */
import { lazy, Suspense } from "preact/compat";
import { useEffect } from "preact/hooks";
import { loadProfile } from "./api/profile";
import { followLinks, go, path } from "./router";
import { t } from "./text";
import { Busy, PracticeBand, UpdateNote } from "./ui/frame";

const Tablet = lazy(() => import("./screens/tablet"));
const Office = lazy(() => import("./screens/office"));
const Welcome = lazy(() => import("./screens/welcome"));

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
      <Suspense fallback={<Busy label={t("loading")} />}>
        {at.startsWith("/tablet") ? <Tablet /> : at.startsWith("/office") ? <Office /> : <Welcome />}
      </Suspense>
      <UpdateNote />
    </>
  );
}

/** Which face this device chose last; not personal, and only a convenience. */
function remembered(): string | null {
  const face = localStorage.getItem("otonai-face");
  return face === "tablet" || face === "office" ? face : null;
}
