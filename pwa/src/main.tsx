/** Builds everything once. */
import { render } from "preact";
import { App } from "./app";
import { startUpdates } from "./update";
import "./ui/tokens.css";
import "./ui/base.css";

const root = document.getElementById("app");
if (root) render(<App />, root);
startUpdates();
