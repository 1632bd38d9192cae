// What a picture shows at a glance: text that is cut, lies over other text, or reaches beyond the place it has.
() => {
  const root = [...document.querySelectorAll("[role=dialog]")].at(-1) ?? document.querySelector("main");
  const found = new Set();
  const say = (what, text) => found.add(`${what}: ${text.trim().slice(0, 40)}`);
  const outOfSight = ".visually-hidden, .printed, option, details:not([open]) > :not(summary)";

  for (const element of root.querySelectorAll("*")) {
    if (element.closest(`${outOfSight}, svg`)) continue;
    const { overflowX } = getComputedStyle(element);
    const cuts = overflowX === "hidden" || overflowX === "clip";
    if (cuts && element.scrollWidth > element.clientWidth + 1) say("cut", element.textContent);
  }

  // The part of the window in which an element can be seen: what scrolls hides what is further down.
  const windowOf = (element) => {
    const seen = { left: 0, top: 0, right: innerWidth, bottom: innerHeight, scrollsX: false };
    for (let around = element.parentElement; around; around = around.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(around);
      if (overflowX === "visible" && overflowY === "visible") continue;
      const box = around.getBoundingClientRect();
      seen.top = Math.max(seen.top, box.top);
      seen.bottom = Math.min(seen.bottom, box.bottom);
      if (/auto|scroll/.test(overflowX) && around.scrollWidth > around.clientWidth) seen.scrollsX = true;
      else seen.right = Math.min(seen.right, box.right);
    }
    return seen;
  };

  // Buttons that stay at the lower edge cover what passes below them, on purpose.
  const feet = [...root.querySelectorAll("*")].filter((each) => getComputedStyle(each).position === "sticky");

  const boxes = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || element.closest(outOfSight)) continue;
    const seen = windowOf(element);
    for (const foot of feet)
      if (!foot.contains(element)) seen.bottom = Math.min(seen.bottom, foot.getBoundingClientRect().top);
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      if (box.width < 1 || box.bottom > seen.bottom || box.top < seen.top) continue;
      if (!seen.scrollsX && (box.right > seen.right + 1 || box.left < seen.left - 1)) say("beyond", node.data);
      // Fonts claim room above and below their letters; the middle of the line is where the ink is.
      const room = box.height * 0.25;
      boxes.push({ left: box.left, right: box.right, top: box.top + room, bottom: box.bottom - room, node });
    }
  }
  boxes.sort((a, b) => a.top - b.top);
  boxes.forEach((one, n) => {
    for (const other of boxes.slice(n + 1)) {
      if (other.top >= one.bottom) break;
      if (other.node === one.node) continue;
      const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      const high = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
      if (wide > 2 && high > 2) say("over one another", `${one.node.data.trim()} / ${other.node.data.trim()}`);
    }
  });
  return [...found];
}
