// The contrast of every text of a page with the ground it stands on (WCAG 2, 1.4.3), by colours.
() => {
  const channels = (text) => text.match(/[\d.]+/g).map(Number);
  const linear = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const luminance = ([red, green, blue]) =>
    0.2126 * linear(red / 255) + 0.7152 * linear(green / 255) + 0.0722 * linear(blue / 255);
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = channels(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const found = {};
  const note = (element, colour, what) => {
    const [one, other] = [luminance(channels(colour)), luminance(ground(element))];
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    const key = `${what} ${colour} on ${ground(element)}`;
    found[key] = Math.round(ratio * 100) / 100;
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || element.closest("script, noscript, title, desc, [hidden], :disabled")) continue;
    const style = getComputedStyle(element);
    note(element, element.closest("svg") ? style.fill : style.color, element.tagName);
  }
  for (const box of document.querySelectorAll("input")) note(box, getComputedStyle(box, "::placeholder").color, "PLACEHOLDER");
  return found;
}
