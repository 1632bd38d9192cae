/** First use by one person: name and password once, then a PIN of their own, typed twice. No PIN exists before. */
import { useCallback, useEffect, useState } from "preact/hooks";
import { isComplete, type PinKey, type PinTrouble, press, troubleOf } from "../../lock/pin";
import { t } from "../../text";
import { tt } from "../../text/tablet";
import { Button, Field, Input, Note } from "../../ui/parts";
import { Trouble } from "./pin-entry";
import { PinDots, PinPad } from "./pin-pad";
import { unlock } from "./start";

type Step = "name" | "choose" | "repeat";

export function FirstUse({ onLeave }: { onLeave: () => void }) {
  const [step, setStep] = useState<Step>("name");
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [chosen, setChosen] = useState("");
  const [typed, setTyped] = useState("");
  const [differs, setDiffers] = useState(false);
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<PinTrouble | null>(null);
  const onKey = useCallback((key: PinKey) => setTyped((before) => press(before, key)), []);

  useEffect(() => {
    if (!isComplete(typed) || busy) return;
    setTyped("");
    if (step === "choose") {
      setChosen(typed);
      setDiffers(false);
      setTrouble(null);
      setStep("repeat");
      return;
    }
    if (typed !== chosen) {
      setDiffers(true);
      setStep("choose");
      return;
    }
    setBusy(true);
    void unlock({ login_name: login.trim(), password, new_pin: typed }).then((opened) => {
      if (opened.ok) return;
      const found = troubleOf(opened.error);
      setBusy(false);
      setTrouble(found);
      setStep(found.kind === "weak" ? "choose" : "name");
    });
  }, [typed, busy, step, chosen, login, password]);

  const back = (
    <Button kind="text" icon="back" onClick={onLeave}>
      {t("back")}
    </Button>
  );
  if (step === "name") {
    return (
      <form
        class="lock-box left"
        onSubmit={(event) => {
          event.preventDefault();
          if (login.trim() && password) setStep("choose");
        }}
      >
        <h1 class="title">{tt("first.title")}</h1>
        <p>{tt("first.lead")}</p>
        {trouble && <Trouble trouble={trouble} />}
        <Field label={tt("first.login")}>
          <Input value={login} onText={setLogin} autoComplete="username" autoCapitalize="none" name="login" />
        </Field>
        <Field label={tt("first.password")}>
          <Input
            type="password"
            value={password}
            onText={setPassword}
            autoComplete="current-password"
            name="password"
          />
        </Field>
        <Button kind="primary" size="main" wide type="submit" disabled={!login.trim() || !password}>
          {tt("first.next")}
        </Button>
        {back}
      </form>
    );
  }
  return (
    <div class="lock-box">
      <h1 class="head">{tt(step === "choose" ? "first.choose" : "first.repeat")}</h1>
      {step === "choose" && <p class="sub">{tt("first.chooseHint")}</p>}
      {differs && (
        <Note kind="need" alert>
          {tt("first.differs")}
        </Note>
      )}
      {trouble && <Trouble trouble={trouble} />}
      <PinDots typed={typed} />
      <PinPad onKey={onKey} disabled={busy} />
      {back}
    </div>
  );
}
