// How to read the map, with the signs as they are drawn.
import { make } from "/static/desk.js";
import { drawPicture, MIXED, picture, radiusOfPeople } from "/static/symbols.js";

/** A picture of the map as an element of the page. */
function sign(name) {
  const { image } = drawPicture(name);
  const canvas = make("canvas", { width: image.width, height: image.height, className: "sign", "aria-hidden": "true" });
  canvas.style.width = `${image.width / 2}px`;
  canvas.getContext("2d").putImageData(new ImageData(new Uint8ClampedArray(image.data.buffer), image.width, image.height), 0, 0);
  return canvas;
}

const row = (mark, text) => make("li", {}, make("span", { className: "mark" }, mark), make("span", {}, text));
const drawn = (className) => make("span", { className: `drawn ${className}`, "aria-hidden": "true" });

/** The elements of the legend for what is shown. */
export function legend({ classes, size }, groups) {
  const found = classes.list.filter((_, i) => groups.some((group) => group.counts[i]));
  const people = size === "people";
  const colours = [...found, ...(found.length > 1 ? [MIXED] : [])].map((one) => row(sign(picture("solid", one.colour, 9, one.glyph)), one.told || one.name));
  const signs = [
    row(sign(picture("solid", "faint", 8)), "a place; something is told as having happened"),
    row(sign(picture("hollow", "faint", 8)), "only planned, possible, attempted, denied or general"),
    row(drawn("area"), "an area: somewhere within the dashed line"),
    row(drawn("shade"), "known only to the country"),
    row(sign(picture("border", "faint", 8)), "a border; □ a line, ⬡ waters"),
  ];
  const sizes = people
    ? [
        make("li", { className: "sizes" }, ...[10, 100, 1000].flatMap((one) => [sign(picture("solid", "faint", radiusOfPeople(one))), make("span", {}, one.toLocaleString("en"))])),
        row(sign(picture("ring", "faint", 9)), "disc: the highest lower bound told in one claim; ring: the highest upper bound"),
        row(sign(picture("open", "faint", 9)), "broken ring: no upper bound (“at least”)"),
        make("li", { className: "faint" }, "Each tenfold is one step larger. Figures are never added up: claims may tell of the same people."),
      ]
    : [make("li", { className: "faint" }, "The area of a disc grows with the number of claims, which stands beside it. Several claims may tell of one event.")];
  return [make("ul", {}, ...colours), make("ul", {}, ...signs), make("ul", {}, ...sizes)];
}
