// Reads the QR code or the bar code of a picture, for the browsers that do not know how by themselves (see scan.js). Works
// without network.
import decode from "qr/decode.js";
import { bars } from "./bars.js";

// A camera gives more points than a QR code needs; the bars of a long label are thinner.
const WIDEST = 800;
const WIDEST_BARS = 1280;
let pen;

/** The text of the code seen in a `video`, an image or a bitmap; undefined without any. */
export function read(source) {
  const width = source.videoWidth || source.width;
  const height = source.videoHeight || source.height;
  if (!width || !height) return undefined;
  return squares(points(source, width, height, WIDEST)) || bars(points(source, width, height, WIDEST_BARS));
}

function points(source, width, height, widest) {
  const scale = Math.min(1, widest / Math.max(width, height));
  pen ||= document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  pen.canvas.width = Math.round(width * scale);
  pen.canvas.height = Math.round(height * scale);
  pen.drawImage(source, 0, 0, pen.canvas.width, pen.canvas.height);
  return pen.getImageData(0, 0, pen.canvas.width, pen.canvas.height);
}

function squares(picture) {
  try {
    return decode(picture);
  } catch {
    return undefined; // no code in sight, or one that is too blurred
  }
}
