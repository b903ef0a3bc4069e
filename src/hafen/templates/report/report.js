// Read-outs under the pointer, the finger or the arrow keys. Without this script every chart can still be read.
(() => {
  "use strict";
  const figures = (value) => (value >= 9.95 ? value.toFixed(0) : value >= 0.995 ? value.toFixed(1) : value.toFixed(2));
  const duration = (ms) => (ms < 999.5 ? `${figures(ms)} ms` : `${figures(ms / 1000)} s`);
  const clock = (s) => `${Math.floor(s / 60)}:${String(Math.floor(s % 60)).padStart(2, "0")}`;
  const shown = (value, unit) => (unit === "ms" ? duration(value) : `${figures(value)} ${unit}`);
  const place = (data, x) => (data.read === "time" ? clock(x) : `${Number((100 - 100 / x).toFixed(3))} % of requests`);

  const nearest = (line, at) => {
    let best = -1;
    line.at.forEach((where, index) => {
      if (best < 0 || Math.abs(where - at) < Math.abs(line.at[best] - at)) best = index;
    });
    return best >= 0 && Math.abs(line.at[best] - at) < 0.05 ? best : -1;
  };

  const part = (parent, tag, text, name) => {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    if (name) made.className = name;
    parent.append(made);
    return made;
  };

  for (const figure of document.querySelectorAll("figure.plot")) {
    const area = figure.querySelector(".plot-area");
    const data = JSON.parse(figure.querySelector("script").textContent);
    const cursor = part(area, "div", undefined, "cursor");
    const box = part(area, "div", undefined, "readout");
    let at = 0.5;

    const hide = () => { cursor.hidden = true; box.hidden = true; };
    const show = () => {
      const found = data.lines.map((line) => [line, nearest(line, at)]).filter(([, index]) => index >= 0);
      if (!found.length) { hide(); return; }
      box.replaceChildren();
      part(box, "b", place(data, found[0][0].x[found[0][1]]));
      for (const [line, index] of found) {
        const row = part(box, "div");
        part(row, "span", line.label, `tone run-${line.style}`);
        part(row, "span", shown(line.y[index], data.unit));
      }
      cursor.hidden = box.hidden = false;
      cursor.style.left = `${at * 100}%`;
      const room = area.clientWidth;
      const left = at * room;
      box.style.left = `${Math.max(0, left + box.offsetWidth + 14 > room ? left - box.offsetWidth - 12 : left + 12)}px`;
      box.style.top = "26px";
    };

    area.addEventListener("pointermove", (event) => {
      const frame = area.getBoundingClientRect();
      at = Math.min(1, Math.max(0, (event.clientX - frame.left) / frame.width));
      show();
    });
    area.addEventListener("pointerleave", hide);
    area.addEventListener("blur", hide);
    area.addEventListener("focus", () => { if (area.matches(":focus-visible")) show(); });
    area.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -0.01, ArrowRight: 0.01 }[event.key];
      if (step) { at = Math.min(1, Math.max(0, at + step)); show(); event.preventDefault(); }
      if (event.key === "Escape") hide();
    });
    area.tabIndex = 0;
    area.setAttribute("role", "group");
    area.setAttribute("aria-label", `${figure.querySelector("figcaption").textContent}: arrow keys read the values`);
    box.setAttribute("aria-live", "polite");
    hide();
  }
})();
