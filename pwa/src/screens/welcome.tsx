/** First opening on a device: is this the visiting tablet or the office? */
import { go } from "../router";
import { t } from "../text";
import { Icon } from "../ui/icon";
import "./welcome.css";

export default function Welcome() {
  const choose = (face: "tablet" | "office") => {
    localStorage.setItem("otonai-face", face);
    go(`/${face}`);
  };
  return (
    <main class="welcome">
      <h1>
        <span class="mark" aria-hidden="true" />
        {t("product")}
      </h1>
      <p class="lead">{t("welcome.question")}</p>
      <div class="faces">
        <button type="button" class="face" onClick={() => choose("tablet")}>
          <Icon name="tablet" />
          <b>{t("welcome.tablet")}</b>
          <span>{t("welcome.tabletHint")}</span>
        </button>
        <button type="button" class="face" onClick={() => choose("office")}>
          <Icon name="office" />
          <b>{t("welcome.office")}</b>
          <span>{t("welcome.officeHint")}</span>
        </button>
      </div>
    </main>
  );
}
