{
  // Every text and every line with its contrast to what lies under it, and the least it must have (WCAG 2.1, AA).
  contrasts() {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const rgba = (colour) => {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
      return [r, g, b, a / 255];
    };
    const over = (top, under) => [0, 1, 2].map((at) => top[at] * top[3] + under[at] * (1 - top[3]));
    const ground = (element) => {
      if (!element) return [255, 255, 255, 1];
      const own = rgba(getComputedStyle(element).backgroundColor);
      return own[3] === 1 ? own : [...over(own, ground(element.parentElement)), 1];
    };
    const luminance = (colour) =>
      [0.2126, 0.7152, 0.0722].reduce((sum, share, at) => {
        const part = colour[at] / 255;
        return sum + share * (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
      }, 0);
    const ratio = (a, b) => {
      const [high, low] = [luminance(a), luminance(b)].sort((p, q) => q - p);
      return (high + 0.05) / (low + 0.05);
    };
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement;
      const hidden = element.closest("script, style, title, desc, .skip") || !element.getClientRects().length;
      if (hidden || !node.data.trim()) continue;
      const under = ground(element);
      const value = ratio(over(rgba(getComputedStyle(element).color), under), under);
      found.push({ what: node.data.trim().slice(0, 40), least: 4.5, value });
    }
    for (const shape of document.querySelectorAll("path.line:not(.run-asked), rect.fill")) {
      const style = getComputedStyle(shape);
      const colour = shape.matches("rect") ? style.fill : style.stroke;
      const value = ratio(rgba(colour), ground(shape.closest("svg").parentElement));
      found.push({ what: shape.getAttribute("class"), least: 3, value });
    }
    return found;
  },

  // Pairs of chart labels that lie on each other.
  overlaps() {
    const found = [];
    const apart = (a, b) => a.right <= b.left + 0.5 || b.right <= a.left + 0.5 || a.bottom <= b.top + 0.5 || b.bottom <= a.top + 0.5;
    for (const plot of document.querySelectorAll(".plot-grid")) {
      const labels = [...plot.querySelectorAll(".plot-x span, .plot-y span, .bandname, .direct")];
      const boxes = labels
        .filter((label) => label.getClientRects().length)
        .map((label) => {
          const range = document.createRange();
          range.selectNodeContents(label);
          const text = range.getBoundingClientRect();
          const right = Math.min(text.right, label.getBoundingClientRect().right);
          return { what: label.textContent, left: text.left, right, top: text.top, bottom: text.bottom };
        });
      boxes.forEach((a, at) => {
        for (const b of boxes.slice(at + 1)) if (!apart(a, b)) found.push(`${a.what} / ${b.what}`);
      });
    }
    return found;
  },

  // Text that is squeezed into a column of letters.
  squeezed() {
    return [...document.querySelectorAll("th, td, li, dt, dd, p, figcaption, code")]
      .filter((element) => {
        const box = element.getBoundingClientRect();
        return element.textContent.trim() && box.width && box.width < 60 && box.height > box.width * 2.5;
      })
      .map((element) => element.outerHTML.slice(0, 80));
  },

  // What sticks out of the screen at its sides; tables may, inside a frame that scrolls.
  outside() {
    const wide = document.documentElement.clientWidth;
    return [...document.querySelectorAll("body *")]
      .filter((element) => {
        const box = element.getBoundingClientRect();
        return box.width && (box.right > wide + 1 || box.left < -1) && !element.closest(".scroll, .skip, thead, svg");
      })
      .map((element) => element.outerHTML.slice(0, 80));
  },
}
