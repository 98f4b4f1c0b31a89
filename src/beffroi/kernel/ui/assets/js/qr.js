// Reads a QR code in a picture, for the browsers that do not know how by themselves (see scan.js). Works without network.
import decode from "qr/decode.js";

// A camera gives more points than a label needs.
const WIDEST = 800;
let pen;

/** The text of the QR code seen in a `video`, an image or a bitmap; undefined without any. */
export function read(source) {
  const width = source.videoWidth || source.width;
  const height = source.videoHeight || source.height;
  if (!width || !height) return undefined;
  const scale = Math.min(1, WIDEST / Math.max(width, height));
  pen ||= document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  pen.canvas.width = Math.round(width * scale);
  pen.canvas.height = Math.round(height * scale);
  pen.drawImage(source, 0, 0, pen.canvas.width, pen.canvas.height);
  try {
    return decode(pen.getImageData(0, 0, pen.canvas.width, pen.canvas.height));
  } catch {
    return undefined; // no code in sight, or one that is too blurred
  }
}
