// Lists each visible text whose contrast is too low. A ground that is a
// gradient counts with the colour of it that is worst for the text.
(() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (css) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = css;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a), 1];
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ratio = (a, b) => {
    const [x, y] = [light(a), light(b)].sort((m, n) => n - m);
    return (x + 0.05) / (y + 0.05);
  };
  const grounds = (element) => {
    const layers = [];
    for (let e = element; e; e = e.parentElement) {
      const style = getComputedStyle(e);
      const colours = style.backgroundImage.includes("gradient") ? style.backgroundImage.match(/(rgba?|color|oklab)\([^)]*\)/g) : [style.backgroundColor];
      layers.push(colours.map(rgba));
      if (layers.at(-1).every((c) => c[3] === 1)) break;
    }
    return layers.reverse().reduce((below, layer) => below.flatMap((b) => layer.map((c) => over(c, b))), [[255, 255, 255, 1]]);
  };
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const text = walk.currentNode.textContent.trim();
    const element = walk.currentNode.parentElement;
    if (!text || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) || element.closest(".sr, .skip, noscript")) continue;
    if (element.closest(":disabled")) continue; // has no minimum
    const style = getComputedStyle(element);
    const size = parseFloat(style.fontSize);
    const wanted = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
    for (const ground of grounds(element)) {
      const ink = over(rgba(style.color), ground);
      const has = ratio(ink, ground);
      if (has < wanted) found.push({ text: text.slice(0, 40), element: element.className || element.tagName, ink: style.color, ground: ground.slice(0, 3).map(Math.round).join(","), ratio: has, wanted });
    }
  }
  return found;
})()
